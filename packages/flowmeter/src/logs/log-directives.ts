/** The levels of `FLOWMETER_LOG`, from silent to everything. */
export const LEVELS = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof LEVELS)[number];

/** What `FLOWMETER_LOG` says: a level for all targets, and levels for those that begin with some text. */
export interface LogDirectives {
  readonly level: Level | undefined;
  readonly targets: ReadonlyMap<string, Level>;
}

/** Completes the sentence "allowed is …". */
export const ALLOWED_DIRECTIVE = 'off, error, warn, info, debug or trace, or target=level with one of these';

/** RUST_LOG also has `target[span{field=value}]`: nothing here has such spans. */
const TARGET = /^[^\s=[\]{}"]+$/;

/**
 * Reads directives as RUST_LOG has them, `info,flowmeter=debug`: separated by commas, levels in any case, a later one before an
 * earlier one of the same target. Other than there a word alone is a level, never a target, so that a misspelt level is noticed.
 *
 * @param refuse called with each directive that is not allowed, which is left out
 */
export function parseDirectives(text: string, refuse: (directive: string) => void): LogDirectives {
  let level: Level | undefined;
  const targets = new Map<string, Level>();
  for (const directive of text.split(',').map((member) => member.trim())) {
    if (directive === '') continue;
    const at = directive.lastIndexOf('=');
    const given = levelOf(directive.slice(at + 1));
    const target = directive.slice(0, Math.max(at, 0)).trim();
    if (given === undefined || (at !== -1 && !TARGET.test(target))) refuse(directive);
    else if (at === -1) level = given;
    else targets.set(target, given);
  }
  return { level, targets };
}

/** The level of the directive that names the target most exactly: the longest text that it begins with. */
export function namedLevel(directives: LogDirectives, target: string): Level | undefined {
  let longest: string | undefined;
  for (const prefix of directives.targets.keys()) {
    if (target.startsWith(prefix) && prefix.length > (longest?.length ?? -1)) longest = prefix;
  }
  return longest === undefined ? undefined : directives.targets.get(longest);
}

function levelOf(text: string): Level | undefined {
  const word = text.trim().toLowerCase();
  return LEVELS.find((level) => level === word);
}
