/**
 * The size of a request's body before compression, if nobody has refused one. It is what the smallest limits of the field let through,
 * nginx's default (1 MiB) and New Relic's (1 MB), far below those of the collector (20 MiB by HTTP) and of gRPC (4 MiB),
 * and takes less than 10 ms to encode.
 */
const DEFAULT_BYTES = 1_000_000;

/** No limit is meant by an answer 413 to so little. */
const SMALL_BYTES = 4096;

/** How large a request may be: as much as the collector is known to take. */
export class RequestLimit {
  readonly #initialBytes: number;
  #bytes: number;

  constructor(initialBytes = DEFAULT_BYTES) {
    this.#initialBytes = initialBytes;
    this.#bytes = initialBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes notice of a body that was too large for the collector: from now on they have half of that.
   *
   * @returns false if it was so small a body that the collector takes none, whatever its size
   */
  lower(refusedBytes: number, isDivisible: boolean): boolean {
    if (!isDivisible && refusedBytes <= SMALL_BYTES) {
      this.#bytes = this.#initialBytes;
      return false;
    }
    this.#bytes = Math.min(this.#bytes, Math.ceil(refusedBytes / 2));
    return true;
  }
}
