import { isNodeStream } from './passing-node-stream.ts';

/**
 * The Node streams that one counter watches. They come back themselves, so the same one can come again, a file that many
 * pipelines write to for one; watched twice, it would be counted twice.
 */
export class SeenStreams {
  readonly #series = new WeakMap<object, Set<string>>();

  /**
   * Whether it is to be watched: true for what is no Node stream, and for one that is new here.
   *
   * @param attributes keep the series of the counter apart
   */
  isNew(value: unknown, attributes: object = {}): boolean {
    if (typeof value !== 'object' || value === null || !isNodeStream(value)) return true;
    let series = this.#series.get(value);
    if (series === undefined) this.#series.set(value, (series = new Set()));
    const key = keyOf(attributes);
    if (series.has(key)) return false;
    series.add(key);
    return true;
  }
}

function keyOf(attributes: object): string {
  try {
    return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  } catch {
    return '';
  }
}
