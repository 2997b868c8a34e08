import type { Rule } from './rules.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that is not allowed, and what became of it. */
export interface Problem {
  readonly variable: string;
  /** The value as it may be shown. */
  readonly value: string;
  readonly allowed: string;
  readonly consequence: string;
}

/**
 * Reads settings from an environment. A value that is not allowed is noted as a problem and then as good as unset;
 * so is an empty one, without a problem (specification, "Environment variable specification", "Empty value").
 */
export class Settings {
  readonly problems: Problem[] = [];
  readonly #environment: Environment;
  readonly #optionNames: ReadonlyMap<string, string>;

  /** @param optionNames the options in whose place variables stand, by these */
  constructor(environment: Environment, optionNames: ReadonlyMap<string, string> = new Map()) {
    this.#environment = environment;
    this.#optionNames = optionNames;
  }

  /** What the variable's value was given by. */
  nameOf(variable: string): string {
    return this.#optionNames.get(variable) ?? variable;
  }

  /** The trimmed text of the variable, `undefined` if it is empty or not set. */
  text(variable: string): string | undefined {
    return this.#environment[variable]?.trim() || undefined;
  }

  /**
   * The value of the first of the variables that is set and allowed, otherwise `undefined`. All of them are checked.
   *
   * @param consequence what happens when none is allowed, for the problem's line
   */
  read<Value>(rule: Rule<Value>, consequence: string, ...variables: readonly string[]): Value | undefined {
    let found: { readonly variable: string; readonly value: Value } | undefined;
    const refused: [variable: string, text: string][] = [];
    for (const variable of variables) {
      const text = this.text(variable);
      if (text === undefined) continue;
      const value = rule.parse(text);
      if (value === undefined) refused.push([variable, text]);
      else found ??= { variable, value };
    }
    for (const [variable, text] of refused) {
      const shown = rule.secret === true ? '(not shown)' : text;
      this.note(variable, shown, rule.allowed, found === undefined ? consequence : `using ${found.variable}`);
    }
    return found?.value;
  }

  /** The value of the first of the variables that is set and allowed, otherwise `fallback`. */
  readOr<Value>(rule: Rule<Value>, fallback: Value, ...variables: readonly string[]): Value {
    return this.read(rule, `using ${String(fallback)}`, ...variables) ?? fallback;
  }

  /**
   * The members of a comma-separated list that are allowed; each other one is a problem of its own, and is left out. A
   * list without any is as good as unset: then the fallback (specification, "Enum").
   */
  readList<Word extends string>(rule: Rule<Word>, fallback: readonly Word[], variable: string): readonly Word[] {
    const members = (this.text(variable) ?? '').split(',').map((member) => member.trim());
    const refused = members.filter((member) => member !== '' && rule.parse(member) === undefined);
    const words = new Set(members.flatMap((member) => rule.parse(member) ?? []));
    const consequence = words.size > 0 ? 'left out' : `using ${fallback.join(',')}`;
    for (const member of refused) this.note(variable, member, rule.allowed, consequence);
    return words.size > 0 ? [...words] : fallback;
  }

  note(variable: string, value: string, allowed: string, consequence: string): void {
    this.problems.push({ variable, value: shortened(withoutPassword(value)), allowed, consequence });
  }
}

/** The text with the password of a URL masked, if there is one; what is not allowed need not be a URL that can be parsed. */
function withoutPassword(text: string): string {
  return text.replace(/^(\w+:\/\/)?([^:@]*):.*@/s, '$1$2:***@').replace(/\?.*/s, '?***');
}

/** The longest value that a line shows. */
const SHOWN_LENGTH = 120;

function shortened(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** The pairs as a list `key=value,key=value` with everything percent-encoded; `undefined` if there are none. */
export function encodePairs(pairs: Readonly<Record<string, string>>): string | undefined {
  const members = Object.entries(pairs).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  return members.length > 0 ? members.join(',') : undefined;
}
