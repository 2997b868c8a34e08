import { MeterProvider } from '@flowmeter/engine';
import {
  fromDeclarativeConfig,
  PrometheusReader,
  PrometheusServer,
  TRANSLATION_STRATEGIES,
  type TranslationStrategy,
} from '@flowmeter/prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider as SdkMeterProvider,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { serving } from '../server/support/serving.ts';
import { createEndpoint, OPEN_METRICS, OPEN_METRICS_UTF8, scraped } from './support/endpoint.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'a1', 'process.pid': 7 });

test('E1: metrics are collected when a scraper asks over HTTP, and not before', async () => {
  const { reader, meter } = createEndpoint();
  let calls = 0;
  meter.createObservableGauge('calls').addCallback((result) => result.observe((calls += 1)));
  await using server = await serving(reader);
  for (const expected of [1, 2]) {
    const response = await fetch(`${server.origin}/metrics`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), `# TYPE calls gauge\ncalls ${expected}\n`);
  }
});

for (const [what, Provider] of [
  ["this project's engine", MeterProvider],
  ['sdk-metrics', SdkMeterProvider],
] as const) {
  test(`E2: metrics of ${what} are converted as the compatibility specification says`, async () => {
    const reader = new PrometheusReader();
    const meter = new Provider({ resource, readers: [reader] }).getMeter('shop', '1.2');
    meter.createCounter('http.requests', { description: 'Requests', unit: '{request}' }).add(3, { 'http.status': 200 });
    meter.createUpDownCounter('queue', { unit: 'By' }).add(-2);
    meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [0.5] } }).record(0.25);
    assert.equal(
      (await scraped(reader).scrape()).text,
      [
        '# HELP target_info Target metadata',
        '# TYPE target_info gauge',
        'target_info{host_name="a1",process_pid="7",service_name="shop"} 1',
        '# HELP http_requests_total Requests',
        '# TYPE http_requests_total counter',
        'http_requests_total{otel_scope_name="shop",otel_scope_version="1.2",http_status="200"} 3',
        '# TYPE queue_bytes gauge',
        'queue_bytes{otel_scope_name="shop",otel_scope_version="1.2"} -2',
        '# TYPE wait_seconds histogram',
        'wait_seconds_bucket{otel_scope_name="shop",otel_scope_version="1.2",le="0.5"} 1',
        'wait_seconds_bucket{otel_scope_name="shop",otel_scope_version="1.2",le="+Inf"} 1',
        'wait_seconds_sum{otel_scope_name="shop",otel_scope_version="1.2"} 0.25',
        'wait_seconds_count{otel_scope_name="shop",otel_scope_version="1.2"} 1',
        '',
      ].join('\n'),
    );
  });
}

test('E4: no client library is a dependency, an unofficial one least of all', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Readonly<Record<string, string>> };
  assert.deepEqual(
    Object.keys(dependencies).filter((name) => name.includes('prom')),
    [],
  );
});

test('E5: text 0.0.4 is what everybody can have', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createGauge('a').record(1);
  const { contentType, text } = await scrape('text/plain; version=0.0.4');
  assert.match(contentType, /^text\/plain; version=0\.0\.4;/);
  assert.equal(text, '# TYPE a gauge\na 1\n');
});

test("E6: nobody is given OpenMetrics' protobuf, or can write", async () => {
  const { reader, scrape } = createEndpoint();
  const { contentType } = await scrape('application/openmetrics-protobuf; version=1.0.0');
  assert.match(contentType, /^text\/plain; version=0\.0\.4;/);
  await using server = await serving(reader);
  const response = await fetch(`${server.origin}/metrics`, { method: 'POST', body: 'x' });
  assert.equal(response.status, 405);
});

test('E7: samples have no timestamps', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createCounter('a').add(1);
  for (const accept of ['text/plain', OPEN_METRICS]) assert.match((await scrape(accept)).text, /^a_total 1$/m);
});

test('E8: there is one target_info, whatever a metric is called', async () => {
  for (const name of ['target_info', 'target.info', 'target']) {
    const { meter, scrape } = createEndpoint({}, { resource });
    meter.createGauge(name).record(5);
    for (const accept of ['text/plain', OPEN_METRICS, OPEN_METRICS_UTF8]) {
      const { text } = await scrape(accept);
      const lines = text.split('\n').filter((line) => line.startsWith('target_info'));
      assert.deepEqual(lines, ['target_info{host_name="a1",process_pid="7",service_name="shop"} 1'], text);
    }
  }
});

test('E9: all kinds of instruments are cumulative', async () => {
  const { reader, meter, scrape } = createEndpoint();
  for (const type of Object.values(InstrumentType)) {
    assert.equal(reader.selectAggregationTemporality(type), AggregationTemporality.CUMULATIVE);
  }
  const counter = meter.createCounter('a');
  counter.add(1);
  await scrape();
  counter.add(2);
  assert.match((await scrape()).text, /^a_total 3$/m);
});

test('E10: the host is an option', async () => {
  const { host } = fromDeclarativeConfig({ host: '127.0.0.1' });
  const server = new PrometheusServer(createEndpoint().reader, { host, port: 0 });
  assert.match(await server.listen(), /^http:\/\/127\.0\.0\.1:/);
  await server.close();
});

test('E12: the port is an option', () => {
  assert.equal(fromDeclarativeConfig({ port: 19_464 }).port, 19_464);
});

test('E11, E13: host and port are localhost and 9464 unless they are given', () => {
  const { host, port } = fromDeclarativeConfig(null);
  assert.deepEqual([host, port], ['localhost', 9464]);
});

test('E14: the default aggregation is an option, by the kind of the instrument', async () => {
  const { meter, scrape } = createEndpoint({
    defaultAggregation: (kind) => ({
      type: kind === InstrumentType.HISTOGRAM ? AggregationType.SUM : AggregationType.DEFAULT,
    }),
  });
  meter.createHistogram('a').record(2);
  meter.createGauge('b').record(1);
  assert.equal((await scrape()).text, '# TYPE a_total counter\na_total 2\n# TYPE b gauge\nb 1\n');
});

test("E15: without the option, it is the specification's", async () => {
  const { meter, families } = createEndpoint();
  meter.createHistogram('a').record(2);
  const bounds = (await families()).get('a')?.samples.map(({ labels }) => labels.get('le'));
  const expected = [
    '0',
    '5',
    '10',
    '25',
    '50',
    '75',
    '100',
    '250',
    '500',
    '750',
    '1000',
    '2500',
    '5000',
    '7500',
    '10000',
  ];
  assert.deepEqual(bounds, [...expected, '+Inf', undefined, undefined]);
});

test('E16: resource attributes are no labels unless that is asked for', async () => {
  const { meter, scrape } = createEndpoint({}, { resource });
  meter.createGauge('a').record(1);
  assert.match((await scrape()).text, /^a 1$/m);
});

test('E17, E19: resource_constant_labels includes and excludes attributes of the resource', async () => {
  for (const [labels, expected] of [
    [{ included: ['*.name'] }, 'a{host_name="a1",service_name="shop"} 1'],
    [{ excluded: ['host.*'] }, 'a{process_pid="7",service_name="shop"} 1'],
    [{ included: ['*.name'], excluded: ['host.*'] }, 'a{service_name="shop"} 1'],
  ] as const) {
    const { reader: options } = fromDeclarativeConfig({ resource_constant_labels: labels });
    const { meter, scrape } = createEndpoint(options, { resource });
    meter.createGauge('a').record(1);
    assert.ok((await scrape()).text.split('\n').includes(expected));
  }
});

test('E18: resource attributes that are labels stay in target_info', async () => {
  const { scrape } = createEndpoint({ resourceConstantLabels: {} }, { resource });
  assert.match((await scrape()).text, /^target_info\{host_name="a1",process_pid="7",service_name="shop"\} 1$/m);
});

test('E20: the four translation strategies, and UnderscoreEscapingWithSuffixes by default', async () => {
  const nameWith = async (translationStrategy?: TranslationStrategy): Promise<string | undefined> => {
    const { meter, families } = createEndpoint(translationStrategy === undefined ? {} : { translationStrategy });
    meter.createCounter('foo.bar', { unit: 'By' }).add(1);
    return [...(await families('text/plain; version=1.0.0; escaping=allow-utf-8')).keys()][0];
  };
  const expected = ['foo_bar_bytes_total', 'foo_bar', 'foo.bar_bytes_total', 'foo.bar'];
  assert.deepEqual(await Promise.all(TRANSLATION_STRATEGIES.map((strategy) => nameWith(strategy))), expected);
  assert.equal(await nameWith(), 'foo_bar_bytes_total');
  assert.throws(() => new PrometheusReader({ translationStrategy: 'None' as TranslationStrategy }), RangeError);
});

test('E21: scopes are labels by default, and not with scope_info_enabled: false', async () => {
  for (const [config, expected] of [
    [{}, 'a{otel_scope_name="test"} 1'],
    [{ scope_info_enabled: false }, 'a 1'],
  ] as const) {
    const reader = new PrometheusReader(fromDeclarativeConfig(config).reader);
    new MeterProvider({ readers: [reader] }).getMeter('test').createGauge('a').record(1);
    assert.ok((await scraped(reader).scrape()).text.split('\n').includes(expected));
  }
});

test('E22: there is a target_info by default, and not with target_info_enabled: false', async () => {
  for (const [config, isThere] of [
    [{}, true],
    [{ 'target_info_enabled/development': false }, false],
  ] as const) {
    const { families } = createEndpoint(fromDeclarativeConfig(config).reader, { resource });
    assert.equal((await families()).has('target_info'), isThere);
  }
});
