import type { Attributes } from '@opentelemetry/api';
import type { Entries } from './attribute-node.ts';

const NONE: Attributes = Object.freeze({});

/**
 * The attributes of all series of a stream, by row. Nearly all of them have the same keys, which stand here once; the values
 * lie one after the other, so that a series takes a third of what an object for each would:
 *
 *     keys      pipeline, stage
 *     values    | p1 | s1 | p1 | s2 | p2 | s1 | …      two for each row
 *
 * A series with other keys, or with the same in another order, has an object of its own.
 */
export class RowAttributes {
  #keys: readonly string[] = [];
  #template: Attributes = NONE;
  readonly #values: unknown[] = [];
  readonly #others = new Map<number, Attributes>();

  set(row: number, entries: Entries): void {
    if (this.#keys.length === 0) {
      this.#keys = entries.map(([key]) => key);
      this.#template = templateOf(this.#keys);
    }
    const at = row * this.#keys.length;
    // An array with holes would be slower and larger.
    while (this.#values.length < at) this.#values.push(undefined);
    const isUsual = entries.length === this.#keys.length && entries.every(([key], index) => key === this.#keys[index]);
    if (isUsual) for (const [index, [, value]] of entries.entries()) this.#values[at + index] = value;
    else this.#others.set(row, filled(templateOf(entries.map(([key]) => key)), entries));
  }

  /** An object of the caller's own, with values that are not. Empty for a row without a series. */
  get(row: number): Attributes {
    const other = this.#others.get(row);
    if (other !== undefined) return { ...other };
    const at = row * this.#keys.length;
    // No series has a value that is undefined.
    if (this.#values[at] === undefined) return {};
    const attributes: Record<string, unknown> = { ...this.#template };
    for (let index = 0; index < this.#keys.length; index += 1) {
      attributes[this.#keys[index] as string] = this.#values[at + index];
    }
    return attributes;
  }

  clear(row: number): void {
    if (this.#others.delete(row)) return;
    const at = row * this.#keys.length;
    const end = Math.min(at + this.#keys.length, this.#values.length);
    for (let index = at; index < end; index += 1) this.#values[index] = undefined;
  }
}

/**
 * An object to copy, with all keys there already, `__proto__` among them as any other. What JSON is parsed to has room for no
 * more keys than it has, and neither have its copies; what is filled key by key has.
 */
function templateOf(keys: readonly string[]): Attributes {
  return JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join()}}`) as Attributes;
}

function filled(template: Attributes, entries: Entries): Attributes {
  const attributes: Record<string, unknown> = { ...template };
  for (const [key, value] of entries) attributes[key] = value;
  return attributes;
}
