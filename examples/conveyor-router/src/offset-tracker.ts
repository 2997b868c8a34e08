/**
 * The offset up to which everything of a source is settled, that is delivered or filtered out. Records are accepted in
 * order but settle in any, so those that settle ahead of a slower one are remembered until it is through.
 */
export class OffsetTracker {
  readonly #ahead = new Set<number>();
  #committed: number;

  constructor(committed: number) {
    this.#committed = committed;
  }

  /** The first offset that is not settled: where a restart has to begin. */
  get committed(): number {
    return this.#committed;
  }

  /** Takes note that a record is settled; throws when it was already. */
  settle(offset: number): void {
    if (offset < this.#committed || this.#ahead.has(offset)) throw new Error(`offset ${offset} was settled twice`);
    this.#ahead.add(offset);
    while (this.#ahead.delete(this.#committed)) this.#committed += 1;
  }
}
