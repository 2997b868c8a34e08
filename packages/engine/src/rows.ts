/**
 * Rows of float64 cells, all of one width, that stay where they are as more are added: whoever records into a row
 * keeps the array and the offset, and never looks them up again.
 *
 *     row        0..3      4..7      8..15      16..31   …
 *     chunk      [    ]    [    ]    [      ]    [            ]   each a Float64Array of rows × width cells
 *
 * Each chunk holds as many rows as all before it. An instrument with one series costs four rows, one with a hundred
 * thousand sixteen arrays, and the chunk of a row is a matter of counting its leading zeros.
 */
export class Rows {
  readonly #width: number;
  readonly #chunks: Float64Array[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  /** The array with the row's cells. The row must have been opened. */
  cells(row: number): Float64Array {
    // Nobody learns a row's number before it has been opened.
    return this.#chunks[chunkOf(row)] as Float64Array;
  }

  /** Where in its array the row begins. */
  offset(row: number): number {
    return (row < FIRST ? row : row - firstRowOf(chunkOf(row))) * this.#width;
  }

  /** The row's cells and no others, of the same memory. */
  view(row: number): Float64Array {
    const at = this.offset(row);
    return this.cells(row).subarray(at, at + this.#width);
  }

  get(row: number, column: number): number {
    return this.cells(row)[this.offset(row) + column] as number;
  }

  set(row: number, column: number, value: number): void {
    this.cells(row)[this.offset(row) + column] = value;
  }

  /** Makes room for the row and all before it, and fills its cells with 0. */
  open(row: number): void {
    for (let chunk = this.#chunks.length; chunk <= chunkOf(row); chunk += 1) {
      const rows = chunk === 0 ? FIRST : firstRowOf(chunk);
      this.#chunks.push(new Float64Array(rows * this.#width));
    }
    this.cells(row).fill(0, this.offset(row), this.offset(row) + this.#width);
  }
}

/** The rows of the first chunk, and of the second: a power of two. */
const FIRST = 4;

function chunkOf(row: number): number {
  return row < FIRST ? 0 : 30 - Math.clz32(row);
}

function firstRowOf(chunk: number): number {
  return FIRST << (chunk - 1);
}
