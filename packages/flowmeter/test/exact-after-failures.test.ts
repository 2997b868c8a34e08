/**
 * Whatever fails, what arrives is what was recorded. Left out by name are failures of which nobody can know whether the
 * request was taken: a connection that ends, or a time that is over, when the collector has taken it and not answered
 * yet. It is pushed again then, and with delta temporality arrives twice. And what the collector says it has rejected: it is not to
 * be sent again, and here the collector keeps it apart.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diag } from '@opentelemetry/api';
import type { Series } from '@flowmeter-examples/otlp-receiver';
import * as fc from 'fast-check';
import { startMisbehavingCollector, type Turn } from './support/misbehaving-collector.ts';
import { createPushingProvider } from './support/pushing-provider.ts';

const KINDS = ['counter', 'upDownCounter', 'histogram'] as const;

/** So long a request is waited for where there is silence. */
const TIMEOUT_MS = 54_000;
const INTERVAL_MS = 60_000;

type Act =
  | { readonly kind: (typeof KINDS)[number]; readonly from: number; readonly series: number; readonly value: number }
  | { readonly turns: readonly Turn[]; readonly isAwaited: boolean };

const turn = fc.constantFrom<Turn>(
  ...([400, 413, 429, 500, 502, 503, 504] as const),
  ...(['reset', 'garbage', 'silence', 'rejected', 'taken', 'taken, in odd words'] as const),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(...KINDS),
      from: fc.nat(9),
      series: fc.integer({ min: 1, max: 15 }),
      value: fc.nat(99),
    }),
  },
  { weight: 1, arbitrary: fc.record({ turns: fc.array(turn, { maxLength: 12 }), isAwaited: fc.boolean() }) },
);
const run = fc.record({
  acts: fc.array(act, { maxLength: 25 }),
  /** From less than one data point to all of them. */
  requestBytes: fc.constantFrom(100, 700, 1500, 4000, 1_000_000),
  protocol: fc.constantFrom('http/protobuf' as const, 'http/json' as const),
});

describe('what has arrived after any failures is what was recorded', () => {
  for (const temporality of ['delta', 'cumulative'] as const) {
    it(`exactly, with ${temporality} temporality`, async (context) => {
      diag.disable();
      context.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
      const property = fc.asyncProperty(run, async ({ acts, requestBytes, protocol }) => {
        const onSilence = (): void => context.mock.timers.tick(TIMEOUT_MS);
        await using collector = await startMisbehavingCollector({ onSilence });
        const provider = createPushingProvider({
          url: collector.url,
          temporality,
          requestBytes,
          protocol,
          intervalMs: INTERVAL_MS,
        });
        const meter = provider.getMeter('app');
        const instruments = {
          counter: meter.createCounter('counter'),
          upDownCounter: meter.createUpDownCounter('upDownCounter'),
          histogram: meter.createHistogram('histogram'),
        };
        const recorded = new Map<string, number>();
        const record = (kind: (typeof KINDS)[number], key: string, value: number): void => {
          const signed = kind === 'upDownCounter' && value % 2 === 1 ? -value : value;
          if (kind === 'histogram') instruments.histogram.record(signed, { key });
          else instruments[kind].add(signed, { key });
          addTo(recorded, `${kind} ${key}`, signed);
          if (kind === 'histogram') addTo(recorded, `histogram ${key} count`, 1);
        };
        for (const each of acts) {
          if ('turns' in each) {
            collector.turns = [...each.turns];
            const flushed = provider.forceFlush();
            if (each.isAwaited) await flushed;
            continue;
          }
          const { kind, from, series, value } = each;
          // Letters of three bytes, which no estimate expects.
          for (let key = from; key < from + series; key += 1) record(kind, `系列${key}`, value + key);
        }
        collector.turns = [];
        await provider.forceFlush();
        await provider.shutdown();
        // What is a total in spite of that is right in what was taken last.
        const arrived = [...(temporality === 'delta' ? collector.rejected : []), ...collector.taken];
        deepStrictEqual(sorted(received(arrived.flatMap(({ series }) => series))), sorted(recorded));
      });
      await fc.assert(property, { numRuns: 100, seed: Number(process.env['FLOWMETER_FC_SEED'] ?? 1) });
    });
  }
});

function sorted(values: ReadonlyMap<string, number>): [string, number][] {
  return [...values].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** What the points come to: deltas are added up, totals replace each other. */
function received(points: readonly Series[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const point of points) {
    const name = `${point.name} ${point.attributes['key']}`;
    if (point.kind === 'sum') take(values, name, point.value, point.temporality);
    if (point.kind !== 'histogram') continue;
    take(values, name, point.sum ?? Number.NaN, point.temporality);
    const inBuckets = point.bucketCounts.reduce((sum, count) => sum + count, 0);
    take(values, `${name} count`, inBuckets, point.temporality);
  }
  return values;
}

function take(values: Map<string, number>, name: string, value: number, temporality: string): void {
  if (temporality === 'delta') addTo(values, name, value);
  else values.set(name, value);
}

function addTo(values: Map<string, number>, name: string, value: number): void {
  values.set(name, (values.get(name) ?? 0) + value);
}
