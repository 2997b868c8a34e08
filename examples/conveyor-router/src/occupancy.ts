import { recordBufferUtilization } from 'flowmeter/conveyor';

/** How full a stage is over all of its buffers, kept in the gauge of its utilization. */
export class Occupancy {
  readonly #stageId: string;
  readonly #capacity: number;
  #length = 0;
  #recordedPercent = 0;

  constructor(stageId: string, capacity: number) {
    this.#stageId = stageId;
    this.#capacity = capacity;
    recordBufferUtilization(stageId, 0);
  }

  /** From 0 to 1. */
  get utilization(): number {
    return this.#length / this.#capacity;
  }

  /** Counts records in (positive) or out (negative). */
  add(count: number): void {
    this.#length += count;
    // Nobody can see a step smaller than a hundredth, but empty and full are states of their own.
    const percent = Math.round(this.utilization * 100);
    const atAnEnd = this.#length === 0 || this.#length === this.#capacity;
    if (percent === this.#recordedPercent && !atAnEnd) return;
    this.#recordedPercent = percent;
    recordBufferUtilization(this.#stageId, this.utilization);
  }
}
