/** What the router has to deliver, worked out without it: the data sets read whole and put through the transforms. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { birdStrikes } from '../src/bird-strikes.ts';
import { flights } from '../src/flights.ts';
import type { PipelineDefinition } from '../src/pipeline.ts';
import type { Fields } from '../src/record.ts';
import { vegaDataset } from '../src/sources.ts';

/** The rows of a source and those of them that are to reach a sink. */
export interface Expected {
  readonly sourceId: string;
  readonly size: number;
  /** The sink of each offset that is not filtered out. */
  readonly sinkOf: ReadonlyMap<number, string>;
}

/** Works it out for both sources. */
export async function expectDeliveries(): Promise<Expected[]> {
  const strikes = parse<Fields>(await readFile(vegaDataset('birdstrikes.csv')), { columns: true });
  const allFlights = JSON.parse(await readFile(vegaDataset('flights-200k.json'), 'utf8')) as Fields[];
  return [expect(birdStrikes, strikes), expect(flights, allFlights)];
}

function expect({ source, stages, sinkFor }: PipelineDefinition, rows: readonly Fields[]): Expected {
  const sinkOf = new Map<number, string>();
  rows.forEach((row, offset) => {
    let fields: Fields | undefined = row;
    for (const { transform } of stages) fields &&= transform(fields);
    if (fields) sinkOf.set(offset, sinkFor(fields));
  });
  return { sourceId: source.sourceId, size: rows.length, sinkOf };
}
