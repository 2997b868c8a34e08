import { appendUtf8, toBytes, type Bytes, type EncodedLabels } from '../../labels/encoded-labels.ts';
import type { Output } from '../output.ts';
import { lineStart } from './escaped-text.ts';

/** As many bytes as a value and what closes the labels before it take at most. */
const VALUE_BYTES = 40;

const [BRACE, COMMA, SPACE] = [0x7d, 0x2c, 0x20];

/** The lines of one name: all that comes before the value of a sample. */
export class SampleLine {
  readonly #labelled: Bytes;
  readonly #bare: Bytes;

  constructor(name: string) {
    const { labelled, bare } = lineStart(name);
    this.#labelled = toBytes(labelled);
    this.#bare = toBytes(bare);
  }

  /** Writes name and labels and the space that follows, and has made room for a number. */
  begin(output: Output, labels: EncodedLabels): void {
    output.reserve(this.#labelled.length + labels.length + VALUE_BYTES);
    if (labels.length === 0) {
      appendUtf8(output, this.#bare);
      return;
    }
    appendUtf8(output, this.#labelled);
    appendUtf8(output, labels);
    output.bytes[output.at] = BRACE;
    output.bytes[output.at + 1] = SPACE;
    output.at += 2;
  }

  /** As `begin`, with one label more at the end: `last` is that label, the closing brace and the space. */
  beginWith(output: Output, labels: EncodedLabels, last: Bytes): void {
    output.reserve(this.#labelled.length + labels.length + last.length + VALUE_BYTES);
    appendUtf8(output, this.#labelled);
    if (labels.length > 0) {
      appendUtf8(output, labels);
      output.bytes[output.at] = COMMA;
      output.at += 1;
    }
    appendUtf8(output, last);
  }
}
