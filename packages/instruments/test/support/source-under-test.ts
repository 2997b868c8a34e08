import { createDeltaforge, type Pipeline, type Source, type SourceOptions } from '@flowmeter/instruments/deltaforge';
import { collectSeries, type Collected } from './collected-series.ts';
import { allNumbers, numbersOf } from './numbers.ts';

/** An event of the tests: of which table, and when. */
export interface Change {
  readonly of: string;
  readonly at?: number;
}

/** How it is read. */
export const READING: SourceOptions<Change> = { table: ({ of }) => of, timestamp: ({ at }) => at };

export const CHANGES: readonly Change[] = [{ of: 'shop.orders' }, { of: 'shop.users' }, { of: 'shop.orders' }];

/** What `deltaforge_source_events_total` has after them. */
export const COUNTED = { 'orders mysql shop.orders': 2, 'orders mysql shop.users': 1 };

/** A source, and what was recorded of it: by the name of a metric without `deltaforge_source_`, and all of it. */
export interface SourceUnderTest {
  readonly orders: Pipeline;
  readonly source: Source<Change>;
  readonly numbers: (name: string) => Promise<unknown>;
  readonly all: () => Promise<Readonly<Record<string, unknown>>>;
}

export function createSource(
  options: SourceOptions<Change> = READING,
  collected: Collected = collectSeries(),
): SourceUnderTest {
  const orders = createDeltaforge({ meterProvider: collected.meterProvider }).pipeline('orders');
  const numbers = (name: string): Promise<unknown> => numbersOf(collected, `deltaforge_source_${name}`);
  return { orders, source: orders.source('mysql', options), numbers, all: () => allNumbers(collected) };
}

/** Everything that flows. */
export async function collect(flow: AsyncIterable<unknown> | Iterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of flow) items.push(item);
  return items;
}

export async function* failAfter(given: readonly Change[], error: Error): AsyncGenerator<Change> {
  yield* given;
  throw error;
}
