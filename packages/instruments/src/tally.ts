/** What was recorded through one instrument of one set, for sets that promise to read their own numbers back. */
export class Tally {
  count = 0;
  sum = 0;
  /** The smallest value, `undefined` before the first. */
  min: number | undefined;
  /** The largest value, `undefined` before the first. */
  max: number | undefined;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (this.min === undefined || value < this.min) this.min = value;
    if (this.max === undefined || value > this.max) this.max = value;
  }
}
