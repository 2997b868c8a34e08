/** Stands for "no row": this attribute set has no series. */
export const NO_ROW = -1;

/** Attributes as a list: own, without undefined values, in some order. */
export type Entries = readonly (readonly [key: string, value: unknown])[];

/** A place in the tree from which attributes with one key lead on; others are asked for in a chain of nodes. */
export class AttributeNode {
  key: string | undefined;
  /** By value. Values that are objects stand in `written`, by their JSON. */
  readonly children = new Map<unknown, AttributeNode | number>();
  written: Map<string, AttributeNode | number> | undefined;
  /** The row of the set that ends here. */
  row = NO_ROW;
  #others: Map<string, AttributeNode> | undefined;

  other(key: string): AttributeNode | undefined {
    return this.#others?.get(key);
  }

  get(key: string, value: unknown): AttributeNode | number | undefined {
    const level = this.key === key ? this : this.other(key);
    if (level === undefined) return undefined;
    return typeof value === 'object' && value !== null
      ? level.written?.get(JSON.stringify(value))
      : level.children.get(value);
  }

  /** The node behind an attribute, made if need be. */
  inner(key: string, value: unknown): AttributeNode {
    const level = this.#level(key);
    const present = level.get(key, value);
    if (present instanceof AttributeNode) return present;
    const node = new AttributeNode();
    if (present !== undefined) node.row = present;
    level.#set(value, node);
    return node;
  }

  setRow(key: string, value: unknown, row: number): void {
    const level = this.#level(key);
    const present = level.get(key, value);
    if (present instanceof AttributeNode) present.row = row;
    else level.#set(value, row);
  }

  /** Forgets what is behind an attribute. */
  drop(key: string, value: unknown): void {
    const level = this.key === key ? this : this.other(key);
    if (level === undefined) return;
    if (typeof value === 'object' && value !== null) level.written?.delete(JSON.stringify(value));
    else level.children.delete(value);
    if (level !== this && level.#isChildless()) this.#others?.delete(key);
  }

  isEmpty(): boolean {
    return this.row === NO_ROW && this.#isChildless() && (this.#others?.size ?? 0) === 0;
  }

  #isChildless(): boolean {
    return this.children.size === 0 && (this.written?.size ?? 0) === 0;
  }

  #level(key: string): AttributeNode {
    if (this.key === undefined || this.key === key) {
      this.key = key;
      return this;
    }
    this.#others ??= new Map();
    let level = this.#others.get(key);
    if (level === undefined) {
      level = new AttributeNode();
      level.key = key;
      this.#others.set(key, level);
    }
    return level;
  }

  #set(value: unknown, child: AttributeNode | number): void {
    if (typeof value === 'object' && value !== null) (this.written ??= new Map()).set(JSON.stringify(value), child);
    else this.children.set(value, child);
  }
}

/** One step of a walk; `undefined` where no path leads on, and for values that are objects. */
export function step(
  at: AttributeNode | number | undefined,
  key: string,
  value: unknown,
): AttributeNode | number | undefined {
  if (typeof at !== 'object') return undefined;
  return at.key === key ? at.children.get(value) : at.other(key)?.children.get(value);
}

/** The row of the set that ends at a place in the tree. */
export function rowAt(at: AttributeNode | number): number {
  return typeof at === 'number' ? at : at.row;
}

/** Takes the row at the end of a path away, and what nothing else needs of the path. */
export function prune(root: AttributeNode, entries: Entries): void {
  const path: AttributeNode[] = [root];
  for (const [key, value] of entries) {
    const next = path.at(-1)?.get(key, value);
    if (!(next instanceof AttributeNode)) break;
    path.push(next);
  }
  if (path.length > entries.length) {
    const end = path.pop();
    if (end !== undefined) end.row = NO_ROW;
    if (end?.isEmpty() === false) return;
  } else if (path.length < entries.length) {
    // The path does not go that far.
    return;
  }
  for (let level = path.length - 1; level >= 0; level -= 1) {
    const node = path[level];
    const entry = entries[level];
    if (node === undefined || entry === undefined) return;
    node.drop(entry[0], entry[1]);
    if (!node.isEmpty()) return;
  }
}
