const PLAIN_INTERVAL_MS = 1000;

/** Shows how far something has come: in place on a terminal, now and then a line elsewhere. */
export class ProgressLine {
  readonly #inPlace = process.stdout.isTTY;
  #shownAt = -Infinity;
  #ended = false;

  /** Replaces what was shown before; does nothing after the end. */
  show(text: string): void {
    if (this.#ended) return;
    if (this.#inPlace) {
      // A line that wraps could not be replaced.
      process.stdout.write(`\r\x1b[K${text.slice(0, process.stdout.columns - 1)}`);
    } else if (performance.now() - this.#shownAt >= PLAIN_INTERVAL_MS) {
      this.#shownAt = performance.now();
      console.log(text);
    }
  }

  /** Leaves a last text in the place of what was shown. */
  end(text: string): void {
    this.#ended = true;
    console.log(this.#inPlace ? `\r\x1b[K${text}` : text);
  }
}
