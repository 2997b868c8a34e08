/**
 * Whatever fails, what arrives is what was recorded. Left out by name are failures of which nobody can know whether the
 * request was taken: a connection that ends, or a time that is over, when the collector has taken it and not answered
 * yet. It is pushed again then, and with delta temporality arrives twice. And a partial success, of which the collector says
 * only how much it has thrown away.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diag } from '@opentelemetry/api';
import type { Series } from '@flowmeter-examples/otlp-receiver';
import * as fc from 'fast-check';
import { startMisbehavingCollector, type Turn } from './support/misbehaving-collector.ts';
import { createPushingProvider } from './support/pushing-provider.ts';

const KINDS = ['counter', 'upDownCounter', 'histogram'] as const;
const KEYS = ['a', 'b', 'c'] as const;

type Act =
  | { readonly kind: (typeof KINDS)[number]; readonly key: (typeof KEYS)[number]; readonly value: number }
  | { readonly turns: readonly Turn[]; readonly isAwaited: boolean };

const turn = fc.constantFrom<Turn>(400, 413, 429, 502, 503, 504, 'reset', 'garbage', 'taken', 'taken, in odd words');
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom(...KINDS), key: fc.constantFrom(...KEYS), value: fc.nat(99) }),
  },
  { weight: 1, arbitrary: fc.record({ turns: fc.array(turn, { maxLength: 8 }), isAwaited: fc.boolean() }) },
);

describe('what has arrived after any failures is what was recorded', () => {
  for (const temporality of ['delta', 'cumulative'] as const) {
    it(`exactly, with ${temporality} temporality`, async () => {
      diag.disable();
      const property = fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        await using collector = await startMisbehavingCollector();
        const provider = createPushingProvider({ url: collector.url, temporality });
        const meter = provider.getMeter('app');
        const instruments = {
          counter: meter.createCounter('counter'),
          upDownCounter: meter.createUpDownCounter('upDownCounter'),
          histogram: meter.createHistogram('histogram'),
        };
        const recorded = new Map<string, number>();
        for (const each of acts) {
          if ('turns' in each) {
            collector.turns = [...each.turns];
            const flushed = provider.forceFlush();
            if (each.isAwaited) await flushed;
            continue;
          }
          const { kind, key, value } = each;
          const signed = kind === 'upDownCounter' && value % 2 === 1 ? -value : value;
          if (kind === 'histogram') instruments.histogram.record(signed, { key });
          else instruments[kind].add(signed, { key });
          addTo(recorded, `${kind} ${key}`, signed);
          if (kind === 'histogram') addTo(recorded, `histogram ${key} count`, 1);
        }
        collector.turns = [];
        await provider.shutdown();
        deepStrictEqual(received(collector.taken.flatMap(({ series }) => series)), recorded);
      });
      await fc.assert(property, { numRuns: 100, seed: Number(process.env['FLOWMETER_FC_SEED'] ?? 1) });
    });
  }
});

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
