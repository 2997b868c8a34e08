/**
 * Bytes that are written from front to back into one buffer, which grows where it has to. Whoever writes says first how many
 * bytes there will be at most (`reserve`), and then writes at `at` into `bytes` or `view`.
 */
export class GrowingBytes {
  bytes: Buffer;
  view: DataView;
  /** Where the next byte goes. */
  at = 0;

  /** @param expected how many bytes there will likely be: if that is enough, nothing has to be copied */
  constructor(expected: number) {
    // Slow is a buffer of its own: a thread that is sent it gets nothing else with it.
    this.bytes = Buffer.allocUnsafeSlow(expected);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    if (this.at + bytes > this.bytes.length) this.#grow(this.at + bytes);
  }

  /** Appends text in UTF-8. A surrogate without its other half becomes U+FFFD. */
  text(text: string): void {
    const { length } = text;
    // As many as UTF-8 has for a unit of UTF-16 at most.
    this.reserve(3 * length);
    const { bytes, at } = this;
    if (length <= SHORT) {
      let position = 0;
      for (; position < length; position += 1) {
        const unit = text.charCodeAt(position);
        if (unit > 0x7f) break;
        bytes[at + position] = unit;
      }
      if (position === length) {
        this.at = at + length;
        return;
      }
    }
    this.at = at + bytes.write(text, at);
  }

  /** What was written. Nothing can be written after. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}

/** Up to this length writing letter by letter is faster than a call into Node. */
const SHORT = 32;

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
