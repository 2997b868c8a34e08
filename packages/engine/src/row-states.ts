/** What a row is used for. */
export const FREE = 0;
/** By a series that code has bound and nothing was recorded in. */
export const AWAITED = 1;
/** By a series. */
export const LIVE = 2;
/** By a series that is no more, until every reader with delta temporality has taken what was recorded in it. */
export const LEAVING = 3;

/** What a stream knows of each of its rows, packed: 13 bytes a row. */
export class RowStates {
  #length = 0;
  #phases = new Uint8Array(0);
  #generations = new Uint32Array(0);
  #startTimes = new Float64Array(0);

  /** Rows have numbers below this. */
  get length(): number {
    return this.#length;
  }

  /** One more row, free, of generation 0. */
  push(): number {
    const row = this.#length;
    if (row === this.#phases.length) this.#grow();
    this.#length += 1;
    return row;
  }

  /** One of the constants above; `FREE` for a row that there is not. */
  phase(row: number): number {
    return this.#phases[row] ?? FREE;
  }

  setPhase(row: number, phase: number): void {
    this.#phases[row] = phase;
  }

  /** How many series the row has had. */
  generation(row: number): number {
    return this.#generations[row] ?? 0;
  }

  setGeneration(row: number, generation: number): void {
    this.#generations[row] = generation;
  }

  /** When its series began, in epoch milliseconds; `undefined` for a row that there is not. */
  startTime(row: number): number | undefined {
    return row < this.#length ? this.#startTimes[row] : undefined;
  }

  setStartTime(row: number, startMs: number): void {
    this.#startTimes[row] = startMs;
  }

  /** By an eighth, since there may be many rows; what that costs is spread over as many new ones. */
  #grow(): void {
    const capacity = Math.max(4, Math.ceil(this.#length * 1.125));
    this.#phases = grown(this.#phases, new Uint8Array(capacity));
    this.#generations = grown(this.#generations, new Uint32Array(capacity));
    this.#startTimes = grown(this.#startTimes, new Float64Array(capacity));
  }
}

function grown<Cells extends Uint8Array | Uint32Array | Float64Array>(cells: Cells, larger: Cells): Cells {
  larger.set(cells);
  return larger;
}
