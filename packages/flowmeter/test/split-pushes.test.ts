/** A push that is too large for one request is several, each of which has its own end. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ValueType } from '@opentelemetry/api';
import type { MeterProvider } from '@flowmeter/engine';
import { flattenSeries, type OtlpRequest } from '@flowmeter-examples/otlp-receiver';
import { startMisbehavingCollector, type MisbehavingCollector } from './support/misbehaving-collector.ts';
import { createPushingProvider, otlpTo } from './support/pushing-provider.ts';
import { OtlpExporter } from '../src/metrics/otlp-exporter.ts';
import { PushTally } from '../src/metrics/push-tally.ts';
import { RequestLimit } from '../src/metrics/request-limit.ts';

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SERIES = 60;

/** Adds one to each of the series, and two to their histogram. */
function record(provider: MeterProvider): void {
  const meter = provider.getMeter('app', '1.2.3');
  const counter = meter.createCounter('counter', { description: 'Counted.', unit: '{one}', valueType: ValueType.INT });
  const histogram = meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [1, 2] } });
  for (let series = 0; series < SERIES; series += 1) {
    counter.add(1, { series: `${series}` });
    histogram.record(2, { series: `${series}` });
  }
}

/** The requests that were taken as one, metric by metric. */
function joined(requests: readonly OtlpRequest[]): object {
  const all = requests
    .flatMap(({ data }) => data.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics = [] }) => scopeMetrics);
  const metrics = all.flatMap(({ scope, metrics: ofScope = [] }) => ofScope.map((metric) => ({ scope, metric })));
  const points = new Map<string, Set<string>>();
  for (const { scope, metric } of metrics) {
    const { sum, histogram } = metric;
    const { dataPoints = [], ...kind } = sum ?? histogram ?? {};
    const identity = JSON.stringify([scope, metric.name, metric.description, metric.unit, kind]);
    const within = points.get(identity) ?? new Set();
    points.set(identity, within);
    for (const { attributes, ...point } of dataPoints) {
      const value = 'bucketCounts' in point ? point.bucketCounts : point;
      within.add(JSON.stringify([attributes, 'asInt' in point ? point.asInt : value]));
    }
  }
  return Object.fromEntries([...points].map(([identity, within]) => [identity, [...within].toSorted()]));
}

/** The sums of the counter that were taken, and how many points. */
function counted({ taken }: MisbehavingCollector): { points: number; total: number } {
  const sums = taken.flatMap(({ series }) => series).filter(({ name }) => name === 'counter');
  return { points: sums.length, total: sums.reduce((sum, one) => sum + (one.kind === 'sum' ? one.value : NaN), 0) };
}

interface Pushing {
  readonly requestBytes?: number;
  readonly mostBytes?: number;
  readonly protocol?: (typeof PROTOCOLS)[number];
}

async function pushing(
  use: (provider: MeterProvider, collector: MisbehavingCollector) => Promise<void>,
  { mostBytes = Infinity, ...how }: Pushing,
): Promise<void> {
  await using collector = await startMisbehavingCollector({ mostBytes });
  const provider = createPushingProvider({ url: collector.url, temporality: 'delta', ...how });
  await use(provider, collector);
  await provider.shutdown();
}

for (const protocol of PROTOCOLS) {
  describe(`by ${protocol}`, () => {
    it('requests stay under the limit, come one after the other, and are together what one would be', async () => {
      const together: object[] = [];
      for (const requestBytes of [1500, 1_000_000]) {
        await pushing(
          async (provider, collector) => {
            record(provider);
            await provider.forceFlush();
            const { sizes } = collector;
            ok(Math.max(...sizes) <= requestBytes, sizes.join());
            ok(requestBytes === 1500 ? sizes.length > 5 : sizes.length === 1, `${sizes.length} requests`);
            strictEqual(collector.mostAtOnce, 1);
            together.push(joined(collector.taken));
          },
          { requestBytes, protocol },
        );
      }
      deepStrictEqual(together[0], together[1]);
    });

    it('a data point that is larger than the limit goes alone', async () => {
      await pushing(
        async (provider, collector) => {
          const counter = provider.getMeter('app').createCounter('counter');
          for (const key of ['a', 'long'.repeat(1000), 'b']) counter.add(1, { key });
          await provider.forceFlush();
          deepStrictEqual(
            collector.taken.map(({ series }) => series.length),
            [1, 1, 1],
          );
        },
        { requestBytes: 1000, protocol },
      );
    });
  });
}

it('what is refused for what it holds keeps the rest from nothing, and comes with the next push', async () => {
  for (const status of [400, 500] as const) {
    await pushing(
      async (provider, collector) => {
        record(provider);
        collector.turns = ['taken', status, 'taken'];
        await provider.forceFlush();
        const { points } = counted(collector);
        ok(points > 0 && points < SERIES, `${points} points`);
        const requests = collector.count;
        await provider.forceFlush();
        strictEqual(collector.count, requests + 1);
        deepStrictEqual(counted(collector), { points: SERIES, total: SERIES });
      },
      { requestBytes: 1500 },
    );
  }
});

it('what is to be tried again is only the part that has failed', async () => {
  await pushing(
    async (provider, collector) => {
      record(provider);
      collector.turns = ['taken', 503, 'reset', 'taken'];
      await provider.forceFlush();
      const [first, second, third, fourth] = collector.sizes;
      ok(first !== second || collector.sizes.length > 4);
      deepStrictEqual([third, fourth], [second, second]);
      deepStrictEqual(counted(collector), { points: SERIES, total: SERIES });
    },
    { requestBytes: 1500 },
  );
});

it('there are no further requests where the collector refuses them all', async () => {
  await pushing(
    async (provider, collector) => {
      for (const status of [401, 403, 404] as const) {
        record(provider);
        const before = collector.count;
        collector.turns = [status];
        await provider.forceFlush();
        strictEqual(collector.count, before + 1);
      }
    },
    { requestBytes: 1500 },
  );
});

describe('a part that is too large for the collector', () => {
  it('is halved until it is not, and the next push is as small at once', async () => {
    await pushing(
      async (provider, collector) => {
        record(provider);
        await provider.forceFlush();
        ok(collector.sizes.some((size) => size > 1500));
        deepStrictEqual(counted(collector), { points: SERIES, total: SERIES });
        const requests = collector.count;
        record(provider);
        await provider.forceFlush();
        ok(Math.max(...collector.sizes.slice(requests)) <= 1500, collector.sizes.join());
        deepStrictEqual(counted(collector), { points: 2 * SERIES, total: 2 * SERIES });
      },
      { mostBytes: 1500 },
    );
  });

  it('and is one data point keeps the others from nothing', async () => {
    await pushing(
      async (provider, collector) => {
        provider
          .getMeter('app')
          .createCounter('large')
          .add(1, { key: 'long'.repeat(5000) });
        record(provider);
        await provider.forceFlush();
        deepStrictEqual(counted(collector), { points: SERIES, total: SERIES });
      },
      { mostBytes: 15_000 },
    );
  });

  it('however small ends the push, for it is not its size', async () => {
    await pushing(
      async (provider, collector) => {
        record(provider);
        for (const _ of [1, 2]) {
          const before = collector.count;
          await provider.forceFlush();
          const requests = collector.count - before;
          ok(requests > 1 && requests < 10, `${requests} requests`);
        }
      },
      { mostBytes: 0 },
    );
  });
});

it('a push tells of its data points how many were taken, rejected, and failed for which reason', async () => {
  await using collector = await startMisbehavingCollector();
  collector.turns = ['taken', 400, 'rejected', 413, 'taken', 'taken', 404];
  const exporter = new OtlpExporter(otlpTo(collector.url), new RequestLimit(1500));
  const told = Promise.withResolvers<PushTally>();
  const provider = createPushingProvider({
    url: 'http://localhost:1',
    temporality: 'cumulative',
    onPush: (metrics) => {
      const tally = new PushTally(metrics);
      void exporter.push(tally).then(() => told.resolve(tally));
    },
  });
  record(provider);
  await provider.forceFlush();
  const { points, accepted, failed, delivered, failure } = await told.promise;
  const rejected = failed.get('rejected') ?? 0;
  const of = (requests: readonly OtlpRequest[]): number => requests.flatMap(({ data }) => flattenSeries(data)).length;
  strictEqual(points, 2 * SERIES);
  strictEqual(accepted, of(collector.taken));
  strictEqual(rejected, of(collector.rejected));
  strictEqual(delivered.size, accepted + rejected);
  deepStrictEqual([...failed.keys()], ['400', '404', 'rejected']);
  const notTaken = (failed.get('400') ?? 0) + (failed.get('404') ?? 0);
  strictEqual(accepted + rejected + notTaken, points);
  strictEqual(String(failure), `Error: HTTP 400 Bad Request, for ${notTaken} of ${points} data points`);
  await exporter.shutdown();
  await provider.shutdown();
});
