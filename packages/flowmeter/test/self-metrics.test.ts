/** What pushes, scrapes and collections tell of themselves, on both outputs. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { metrics } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { createConveyor } from 'flowmeter/conveyor';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { isOfSelf, selfSeries } from '../../../test/support/self-metrics.ts';
import { startScriptedCollector, type Reply } from './support/scripted-collector.ts';
import { started, startedWith, type Started } from './support/started.ts';
import { assertScraped, byAttribute, countsOf, named } from './support/told-series.ts';

const ENGINES = ['flowmeter', 'sdk'] as const;
type Engine = (typeof ENGINES)[number];

const isStock = process.env['FLOWMETER_ENGINE'] === 'sdk';

const EXPORTED = 'otel.sdk.exporter.metric_data_point.exported';
const INFLIGHT = 'otel.sdk.exporter.metric_data_point.inflight';
const DURATION = 'otel.sdk.exporter.operation.duration';
const COLLECTION = 'otel.sdk.metric_reader.collection.duration';
const LAST_SUCCESS = 'flowmeter.push.last_success_timestamp';

const conveyor = createConveyor();

/** No more than a push that is never answered needs on a busy machine. */
const TIMEOUT_MS = 5000;

function startTo(url: string, engine: Engine = 'flowmeter', timeoutMs = 10 * TIMEOUT_MS): Promise<Started> {
  return started({
    engine,
    prometheus: { port: 0 },
    otlp: { endpoint: url, timeoutMs },
    exportTimeoutMs: 60_000,
    exitTimeoutMs: 0,
    logLevel: 'none',
  });
}

for (const engine of ENGINES) {
  describe(`with the engine ${engine}`, () => {
    it('points are counted once for each push, by why they failed; both outputs tell the same', async () => {
      await using collector = await startScriptedCollector();
      await using handle = await startTo(collector.url, engine, TIMEOUT_MS);
      const replies: Reply[] = [200, 404, 400, 'never', { rejected: 2 }, 202];
      collector.replies = [...replies];
      const beganSeconds = Date.now() / 1000;
      for (const _ of replies) {
        conveyor.recordRecordsReceived('s', 1);
        await handle.forceFlush();
      }
      const text = await scrape(handle.url);
      await handle.forceFlush();
      const [first = NaN, refused = NaN, wrong = NaN, late = NaN, partly = NaN, last = NaN] = collector.pushes.map(
        (push) => push.length,
      );
      const pushed = collector.pushes.at(-1) ?? [];
      deepStrictEqual(byAttribute(pushed, EXPORTED, 'error.type'), {
        none: first + (partly - 2) + last,
        404: refused,
        400: wrong,
        timeout: late,
        rejected: 2,
      });
      deepStrictEqual(countsOf(pushed, DURATION, ['error.type', 'http.response.status_code']), {
        'none 200': 1,
        '404 404': 1,
        '400 400': 1,
        'timeout none': 1,
        'rejected 200': 1,
        'none 202': 1,
      });
      deepStrictEqual(byAttribute(pushed, INFLIGHT, 'error.type'), { none: 0 });
      const { none: succeeded = NaN } = byAttribute(pushed, LAST_SUCCESS, 'error.type');
      ok(succeeded >= beganSeconds && succeeded <= Date.now() / 1000, `${succeeded}`);

      const exporter = pushed.filter(({ scope, name }) => scope === 'flowmeter' && name !== COLLECTION);
      const { port } = new URL(collector.url);
      for (const { name, attributes } of exporter) {
        const { 'error.type': _, 'http.response.status_code': __, ...identity } = attributes;
        const type = 'otlp_http_metric_exporter';
        deepStrictEqual(
          identity,
          {
            'otel.component.type': type,
            'otel.component.name': `${type}/0`,
            'server.address': 'localhost',
            'server.port': port,
          },
          name,
        );
      }
      for (const series of exporter) assertScraped(text, series, engine);
    });

    it('a scrape is told of by its format, its body and its time', async () => {
      await using collector = await startScriptedCollector();
      await using handle = await startTo(collector.url, engine);
      conveyor.recordRecordsReceived('s', 1);
      const sizes: Record<string, number[]> = {};
      for (const [format, accept] of engine === 'sdk' ? [['text', '*/*'] as const] : FORMATS) {
        for (let scrapes = 0; scrapes < 3; scrapes += 1) {
          const response = await fetch(handle.url, { headers: { accept } });
          (sizes[format] ??= []).push((await response.arrayBuffer()).byteLength);
        }
      }
      await handle.forceFlush();
      const [pushed = []] = collector.pushes;
      const expected = Object.entries(sizes).map(([format, each]) => [format, each.length] as const);
      deepStrictEqual(
        countsOf(pushed, 'flowmeter.prometheus.scrape.duration', ['format']),
        Object.fromEntries(expected),
      );
      const ofSize = named(pushed, 'flowmeter.prometheus.scrape.size');
      deepStrictEqual(
        Object.fromEntries(ofSize.map((one) => [one.attributes['format'], 'count' in one ? one.sum : NaN])),
        Object.fromEntries(Object.entries(sizes).map(([format, each]) => [format, each.reduce((a, b) => a + b)])),
      );
    });

    it('each reader tells how long its collections take, once for each', async () => {
      await using collector = await startScriptedCollector();
      await using handle = await startTo(collector.url, engine);
      conveyor.recordRecordsReceived('s', 1);
      for (let scrapes = 0; scrapes < 3; scrapes += 1) await scrape(handle.url);
      for (let pushes = 0; pushes < 3; pushes += 1) await handle.forceFlush();
      const counts = countsOf(collector.pushes.at(-1) ?? [], COLLECTION, ['otel.component.type']);
      deepStrictEqual(counts, { prometheus_http_text_metric_exporter: 3, periodic_metric_reader: 2 });
      const [one] = named(collector.pushes.at(-1) ?? [], COLLECTION);
      ok(one?.kind === 'histogram' && one.boundaries.length === 0, 'one bucket, as the conventions have it');
    });

    it('a connection that fails is told by its code, and there is no last success before the first', async () => {
      await using collector = await startScriptedCollector();
      await using handle = await startTo(collector.url, engine);
      collector.replies = ['garbage'];
      conveyor.recordRecordsReceived('s', 1);
      await handle.forceFlush();
      const { samples } = await scrape(handle.url);
      const exported = samples.filter(({ name }) => name === 'otel_sdk_exporter_metric_data_point_exported_total');
      deepStrictEqual(
        exported.map(({ labels, value }) => [labels['error_type'], value]),
        [
          [undefined, 0],
          ['HPE_INVALID_CONSTANT', 1],
        ],
      );
      deepStrictEqual(
        samples.filter(({ name }) => name.startsWith('flowmeter_push_last_success')),
        [],
      );
    });

    it('a callback that throws nothing that can be read costs a push its own data alone', async () => {
      await using collector = await startScriptedCollector();
      await using handle = await startTo(collector.url, engine);
      conveyor.recordRecordsReceived('s', 1);
      const gauge = metrics.getMeter('app').createObservableGauge('gauge');
      gauge.addCallback(() => {
        throw null;
      });
      for (let pushes = 0; pushes < 2; pushes += 1) await handle.forceFlush();
      const pushed = collector.pushes.at(-1) ?? [];
      strictEqual(named(pushed, 'conveyor_router_records_received').length, 1);
      deepStrictEqual(countsOf(pushed, COLLECTION, ['error.type']), { Error: 1 });
    });

    it('every point that was handed to the exporter is counted, whatever became of it', async () => {
      const reply = fc.oneof(fc.constantFrom<Reply>(200, 202, 400, 404, 422), fc.record({ rejected: fc.nat(100) }));
      const property = fc.asyncProperty(fc.array(reply, { maxLength: 8 }), async (replies) => {
        await using collector = await startScriptedCollector();
        await using handle = await startTo(collector.url, engine);
        collector.replies = [...replies];
        conveyor.recordRecordsReceived('s', 1);
        for (const _ of replies) await handle.forceFlush();
        const handed = collector.pushes.reduce((sum, push) => sum + push.length, 0);
        await handle.forceFlush();
        const counts = byAttribute(collector.pushes.at(-1) ?? [], EXPORTED, 'error.type');
        strictEqual(
          Object.values(counts).reduce((sum, count) => sum + count, 0),
          handed,
        );
      });
      await fc.assert(property, { numRuns: 15, seed: Number(process.env['FLOWMETER_FC_SEED'] ?? 1) });
    });
  });
}

it('what is rejected of a push in JSON is counted as in protobuf', async () => {
  await using collector = await startScriptedCollector();
  await using handle = await started({
    exporters: ['otlp'],
    otlp: { endpoint: collector.url, protocol: 'http/json' },
    logLevel: 'none',
  });
  collector.replies = [{ rejected: 2 }];
  for (const source of ['a', 'b', 'c']) conveyor.recordRecordsReceived(source, 1);
  for (let pushes = 0; pushes < 2; pushes += 1) await handle.forceFlush();
  const pushed = collector.pushes.at(-1) ?? [];
  deepStrictEqual(byAttribute(pushed, EXPORTED, 'error.type'), { none: 1, rejected: 2 });
  const types = new Set(named(pushed, EXPORTED).map(({ attributes }) => attributes['otel.component.type']));
  deepStrictEqual(types, new Set(['otlp_http_json_metric_exporter']));
});

it('while a push is under way, the endpoint tells of its points', async () => {
  await using collector = await startScriptedCollector();
  await using handle = await startTo(collector.url);
  const asked = Promise.withResolvers<void>();
  const status = Promise.withResolvers<number>();
  collector.replies = [
    () => {
      asked.resolve();
      return status.promise;
    },
  ];
  conveyor.recordRecordsReceived('a', 1);
  conveyor.recordRecordsReceived('b', 1);
  const flushed = handle.forceFlush();
  await asked.promise;
  const { samples } = await scrape(handle.url);
  const inflight = samples.filter(({ name }) => name === 'otel_sdk_exporter_metric_data_point_inflight');
  deepStrictEqual(
    inflight.map(({ value }) => value),
    [2],
  );
  status.resolve(200);
  await flushed;
});

it('what the engine drops and what overflows is on both outputs', async () => {
  if (isStock) return;
  await using collector = await startScriptedCollector();
  await using handle = await startTo(collector.url);
  for (let source = 0; source < 2003; source += 1) conveyor.recordRecordsReceived(`source-${source}`, 1);
  conveyor.recordRoutingLatency('p', NaN);
  await handle.forceFlush();
  const text = await scrape(handle.url);
  const [pushed = []] = collector.pushes;
  for (const [name, instrument, value] of [
    ['flowmeter.engine.dropped_measurements', 'conveyor_router_routing_latency_ms', 1],
    ['flowmeter.engine.overflowed_measurements', 'conveyor_router_records_received', 3],
  ] as const) {
    const [series] = named(pushed, name);
    strictEqual(series?.attributes['instrument.name'], instrument);
    strictEqual('value' in series && series.value, value);
    assertScraped(text, series, 'flowmeter');
  }
});

it('OTEL_NODE_EXPERIMENTAL_SDK_METRICS=false leaves all of it out', async () => {
  await using collector = await startScriptedCollector();
  await using handle = await startedWith({
    OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'false',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_LOG_LEVEL: 'none',
  });
  conveyor.recordRecordsReceived('s', 1);
  for (let pushes = 0; pushes < 2; pushes += 1) {
    await handle.forceFlush();
    await scrape(handle.prometheusUrl ?? '');
  }
  deepStrictEqual(selfSeries(collector.pushes.flat()), []);
  deepStrictEqual((await scrape(handle.prometheusUrl ?? '')).samples.filter(isOfSelf), []);
});

it('what pushes and scrapes tell of themselves is no reason for a push at the end of the process', async () => {
  if (isStock) return;
  await using receiver = await startOtlpReceiver();
  const code = `
    const { metrics } = require('@opentelemetry/api');
    require('flowmeter/conveyor').recordRecordsReceived('s', 1);
    const flush = () => metrics.getMeterProvider().forceFlush();
    flush().then(flush).then(() => process.exit());
    // A push holds no process.
    setInterval(() => {}, 1000);`;
  const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], {
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      FLOWMETER_EXIT_TIMEOUT_MS: '10000',
    },
  });
  strictEqual(stderr.length, 1, stderr.join('\n'));
  strictEqual(receiver.requests.length, 2, 'those that were asked for');
});

const FORMATS = [
  ['text', 'text/plain'],
  ['openmetrics', 'application/openmetrics-text'],
  ['protobuf', 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'],
  ['json', 'application/json'],
] as const;
