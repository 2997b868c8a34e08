import { either, shown } from './shown.ts';

/**
 * A map of the configuration, whose keys are known. Reading a key that is empty gives `undefined`, as in the toolkit;
 * a value of another kind throws an Error that says key, value and what is allowed.
 */
export class Section<Key extends string> {
  readonly #name: string;
  readonly #entries: ReadonlyMap<unknown, unknown>;

  /**
   * @param name the keys that lead here, joined by dots; empty for the whole file
   * @param value what is there; empty counts as a map without keys
   * @param keys all that are allowed
   */
  constructor(name: string, value: unknown, keys: readonly Key[]) {
    this.#name = name;
    this.#entries = toMap(name === '' ? 'the file' : name, value);
    for (const key of this.#entries.keys()) {
      if (keys.some((known) => known === key)) continue;
      const what = isWord(key)
        ? `${this.keyOf(key)} is no key`
        : `${name || 'the file'} has a key that is ${shown(key)}`;
      throw new Error(`${what}; there are ${keys.join(', ')}`);
    }
  }

  /** Whether it has no keys at all. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** The full name of a key, for messages. */
  keyOf(key: string): string {
    return this.#name === '' ? key : `${this.#name}.${key}`;
  }

  /** Whatever is there. */
  value(key: Key): unknown {
    return this.#entries.get(key);
  }

  text(key: Key, allowed = 'a text'): string | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw this.wrong(key, allowed);
    return value;
  }

  oneOf<Word extends string>(key: Key, words: readonly Word[], note = ''): Word | undefined {
    const text = this.text(key, either(words));
    const word = words.find((each) => each === text);
    if (text !== undefined && word === undefined) throw this.wrong(key, either(words) + note);
    return word;
  }

  flag(key: Key): boolean | undefined {
    const word = this.oneOf(key, ['true', 'false']);
    return word === undefined ? undefined : word === 'true';
  }

  /** Each text of a list that has at least one. */
  texts(key: Key, allowed: string): readonly string[] | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || value === '') return undefined;
    if (!Array.isArray(value) || value.length === 0) throw this.wrong(key, `a list of ${allowed}`);
    return value.map((each: unknown) => {
      if (typeof each !== 'string' || each === '') throw this.wrong(key, `a list of ${allowed}`);
      return each;
    });
  }

  /** The error for a value that is not allowed. */
  wrong(key: Key, allowed: string): Error {
    return new Error(`${this.keyOf(key)} is ${shown(this.#entries.get(key))}; allowed is ${allowed}`);
  }
}

/** Whether it can be shown as it is. */
function isWord(key: unknown): key is string {
  return typeof key === 'string' && /^[\w.-]{1,80}$/.test(key) && !key.includes('-----');
}

/** A map, or an error: what stands in a map's place may be a password, and is not shown. */
export function toMap(name: string, value: unknown): ReadonlyMap<unknown, unknown> {
  // What YAML calls null is text here.
  if (value === undefined || value === '' || value === 'null' || value === '~') return new Map();
  if (value instanceof Map) return value;
  throw new Error(`${name} is ${Array.isArray(value) ? 'a list' : 'a text'}; allowed is a map`);
}
