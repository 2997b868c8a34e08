import type { Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type MeterProviderOptions,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import { normalForm, type Collected } from '../differential/normal-form.ts';
import type { MeterProviderClass } from '../differential/run-program.ts';
import { ManualReader } from './manual-reader.ts';

/** A data point in short: its metric's name, its attributes, its value. */
export type Point = readonly [name: string, attributes: Readonly<Record<string, unknown>>, value: unknown];

/** A reader's collections in short. */
export interface Reader {
  readonly reader: ManualReader;
  collect(): Promise<Collected>;
  /** All points of a collection, in the order of metrics and attributes. */
  points(): Promise<readonly Point[]>;
}

/** A meter of a new provider, and readers of it. */
export interface Collecting {
  readonly meter: Meter;
  /** The first reader. */
  readonly first: Reader;
  readonly second: Reader;
}

export const DELTA: MetricReaderOptions = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };

/** Creates a provider with a reader for each of the options: at first one, or two. */
export function collecting(
  Provider: MeterProviderClass,
  options: Omit<MeterProviderOptions, 'readers'> = {},
  ...readers: readonly [MetricReaderOptions?, MetricReaderOptions?]
): Collecting {
  const [first, second] = [readerOf(readers[0] ?? {}), readerOf(readers[1] ?? {})];
  const attached = readers.length < 2 ? [first.reader] : [first.reader, second.reader];
  const provider = new Provider({ ...options, readers: attached });
  return { meter: provider.getMeter('test'), first, second };
}

export function pointsOf({ scopes }: Collected): readonly Point[] {
  return scopes.flatMap(({ metrics }) =>
    metrics.flatMap(({ name, points }) => points.map(({ attributes, value }): Point => [name, attributes, value])),
  );
}

/** The value of the only point. */
export function onlyValue(points: readonly Point[]): unknown {
  const [only, ...others] = points;
  if (only === undefined || others.length > 0) throw new Error(`there are ${points.length} points, and not one`);
  return only[2];
}

function readerOf(options: MetricReaderOptions): Reader {
  const reader = new ManualReader(options);
  const collect = async (): Promise<Collected> => normalForm(await reader.collect());
  return { reader, collect, points: async () => pointsOf(await collect()) };
}
