import { createReadStream } from 'node:fs';
import { pipeline, type Duplex } from 'node:stream';
import { parse } from 'csv-parse';
import { streamArray, type StreamArrayItem } from 'stream-json/streamers/stream-array.js';
import type { Fields } from './record.ts';

/** Something that can be read from any offset on. */
export interface Source {
  readonly sourceId: string;
  /** The rows in order, from the one at `offset` on. */
  rows(offset: number): AsyncIterable<Fields>;
}

/** The rows of a CSV file whose first line names the columns. */
export function csvSource(sourceId: string, file: URL): Source {
  return {
    sourceId,
    // The parser counts rows from 1.
    rows: (offset) => readThrough(file, parse({ columns: true, from: offset + 1 })) as AsyncIterable<Fields>,
  };
}

/** The objects of a JSON file that is one array. */
export function jsonArraySource(sourceId: string, file: URL): Source {
  return {
    sourceId,
    async *rows(offset) {
      const items = readThrough(file, streamArray.withParserAsStream({ streamValues: false }));
      for await (const { key, value } of items as AsyncIterable<StreamArrayItem & { value: Fields }>) {
        if (key >= offset) yield value;
      }
    },
  };
}

/** A file of the npm package vega-datasets. */
export function vegaDataset(name: string): URL {
  return new URL(`../data/${name}`, import.meta.resolve('vega-datasets'));
}

function readThrough(file: URL, parser: Duplex): Duplex {
  // An error of either stream reaches the reader, as the error of the parser: there is nothing left to do about it here.
  return pipeline(createReadStream(file), parser, () => {});
}
