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

  constructor(environment: Environment) {
    this.#environment = environment;
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

  /** The members of a comma-separated list that are allowed; each other one is a problem of its own. */
  readList<Word extends string>(rule: Rule<Word>, consequence: string, variable: string): Word[] | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const words = new Set<Word>();
    for (const member of text.split(',').map((word) => word.trim())) {
      if (member === '') continue;
      const word = rule.parse(member);
      if (word === undefined) this.note(variable, member, rule.allowed, consequence);
      else words.add(word);
    }
    return [...words];
  }

  /** The variables whose names begin with `prefix`, without those noted as a problem so far. */
  allowed(prefix: string): Environment {
    const refused = new Set(this.problems.map(({ variable }) => variable));
    const isAllowed = (name: string): boolean => name.startsWith(prefix) && !refused.has(name);
    return Object.fromEntries(Object.entries(this.#environment).filter(([name]) => isAllowed(name)));
  }

  note(variable: string, value: string, allowed: string, consequence: string): void {
    this.problems.push({ variable, value: withoutPassword(value), allowed, consequence });
  }
}

/** The text with the password of a URL masked, if there is one; what is not allowed need not be a URL that can be parsed. */
function withoutPassword(text: string): string {
  return text.replace(/^(\w+:\/\/)?([^:@]*):.*@/s, '$1$2:***@');
}
