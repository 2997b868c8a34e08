import type { Attributes } from '@opentelemetry/api';
import { AttributeNode, NO_ROW, prune, rowAt, step, type Entries } from './attribute-node.ts';

/** The key orders of one set of keys that are remembered. Callers write an attribute set in one order, rarely in two. */
const MOST_ORDERS = 8;

/**
 * From attribute set to row, by walking the attributes as the caller wrote them: nothing is sorted, joined or
 * allocated. It is a tree with one level for each attribute:
 *
 *     { pipeline: 'p', stage: 's' }      root ── pipeline ──▶ 'p' ── stage ──▶ 's' = row 7
 *                                                                          └─▶ 't' = row 8
 *
 * A node asks for one key, as a rule the only one that ever comes there, so a level costs one comparison of keys and one
 * look-up of the value. The end of a path is a bare number until longer paths need a node there.
 *
 * Equal sets in another order are the same series: for each set of keys the tree remembers the orders in which it came,
 * and a set that is not found as it is written is looked for in the others. What is looked up leaves no trace; only
 * what is added does, and whoever adds limits how much.
 */
export class SeriesIndex {
  /** Where all paths begin. */
  readonly root = new AttributeNode();
  readonly #shapes = new Map<string, Shape>();

  /** The row of the set that has no attributes. */
  get emptyRow(): number {
    return this.root.row;
  }

  /**
   * The row of an attribute set, if it is known in this very order and has plain values only; otherwise {@link NO_ROW},
   * and `find` knows more. May throw what a getter of the caller throws.
   *
   * @param keeps which keys count, where a view leaves some out
   */
  walk(attributes: Attributes, keeps: KeyFilter | undefined): number {
    let at: AttributeNode | number = this.root;
    for (const key in attributes) {
      if (!hasOwn.call(attributes, key)) continue;
      const value = attributes[key];
      if (value === undefined) continue;
      const next = step(at, key, value);
      // Where the tree leads on, the key is one that is kept; only where it does not, that has to be asked.
      if (next !== undefined) at = next;
      else if (keeps === undefined || keeps.keeps(key)) return NO_ROW;
    }
    return rowAt(at);
  }

  /** The row of an attribute set in whatever order; {@link NO_ROW} if it has no series. */
  find(entries: Entries): number {
    const row = this.#lookUp(entries);
    if (row !== NO_ROW || entries.length < 2) return row;
    const shape = this.#shapes.get(shapeOf(entries));
    if (shape === undefined) return NO_ROW;
    for (const order of shape.orders) {
      const found = this.#lookUp(inOrder(order, entries));
      if (found === NO_ROW) continue;
      if (remembers(shape, entries)) this.#put(entries, found);
      return found;
    }
    return NO_ROW;
  }

  /** Gives an attribute set that has no series a row. */
  add(entries: Entries, row: number): void {
    if (entries.length < 2) return this.#put(entries, row);
    const keys = shapeOf(entries);
    let shape = this.#shapes.get(keys);
    if (shape === undefined) this.#shapes.set(keys, (shape = { orders: [], series: 0 }));
    shape.series += 1;
    // In an order that is not remembered it could not be deleted: then it goes in the first one.
    this.#put(remembers(shape, entries) ? entries : inOrder(shape.orders[0] ?? [], entries), row);
  }

  /** Takes an attribute set's row away, in whatever orders it is known. */
  delete(entries: Entries): void {
    if (entries.length < 2) {
      prune(this.root, entries);
      return;
    }
    const keys = shapeOf(entries);
    const shape = this.#shapes.get(keys);
    if (shape === undefined) return;
    for (const order of shape.orders) prune(this.root, inOrder(order, entries));
    shape.series -= 1;
    if (shape.series === 0) this.#shapes.delete(keys);
  }

  #lookUp(entries: Entries): number {
    let at: AttributeNode | number = this.root;
    for (const [key, value] of entries) {
      if (typeof at === 'number') return NO_ROW;
      const next: AttributeNode | number | undefined = at.get(key, value);
      if (next === undefined) return NO_ROW;
      at = next;
    }
    return rowAt(at);
  }

  #put(entries: Entries, row: number): void {
    let node = this.root;
    const last = entries.at(-1);
    if (last === undefined) {
      node.row = row;
      return;
    }
    for (const [key, value] of entries.slice(0, -1)) node = node.inner(key, value);
    node.setRow(last[0], last[1], row);
  }
}

/** What is known of the sets with the same keys. */
interface Shape {
  /** The orders in which the keys have come. */
  readonly orders: string[][];
  /** How many of the sets have a row. */
  series: number;
}

/** Tells which attribute keys a view keeps. */
export interface KeyFilter {
  keeps(key: string): boolean;
}

const hasOwn = Object.prototype.hasOwnProperty;

function shapeOf(entries: Entries): string {
  return JSON.stringify(entries.map(([key]) => key).toSorted());
}

/** Whether the order of these attributes is one that is remembered, from now on if not before. */
function remembers(shape: Shape, entries: Entries): boolean {
  if (shape.orders.some((order) => order.every((key, index) => entries[index]?.[0] === key))) return true;
  if (shape.orders.length === MOST_ORDERS) return false;
  shape.orders.push(entries.map(([key]) => key));
  return true;
}

function inOrder(order: readonly string[], entries: Entries): Entries {
  const values = new Map(entries);
  return order.map((key) => [key, values.get(key)] as const);
}
