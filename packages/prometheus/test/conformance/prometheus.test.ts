import { AggregationType } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spanOf } from '../../../engine/test/support/spans.ts';
import { serving } from '../server/support/serving.ts';
import { createEndpoint, OPEN_METRICS, type Endpoint } from './support/endpoint.ts';
import { missing } from './support/installed.ts';
import { PrometheusProcess, type ScrapeJob } from './support/prometheus-process.ts';

const skip = missing('prometheus');
const INTERVAL_MS = 1000;
const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;

function jobOf(origin: string): ScrapeJob {
  return { name: 'flowmeter', address: new URL(origin).host, paths: ['/metrics'] };
}

/** What no scraper should have to see. */
function recordNastily({ meter, provider }: Endpoint): void {
  const values = [
    '',
    ' ',
    '"',
    '\\',
    '\n',
    '\\n',
    '\r\n',
    '\0',
    '\u0001',
    '\u007F',
    '\uFEFF',
    '\u2028',
    '\uD800',
    '😀',
    'x'.repeat(9000),
  ];
  const counter = meter.createCounter('nasty', { unit: '{"\n}/\0', description: 'x\0"\\\n\uD800' });
  for (const value of values) counter.add(1, { [value]: value, le: value, a: value }, spanOf(1).context);
  const keys = [
    '',
    '2xx',
    '__name__',
    '__proto__',
    'le',
    'quantile',
    'job',
    'instance',
    'exported_job',
    'a.b',
    'a_b',
    'é',
    '\0',
  ];
  const histogram = meter.createHistogram('nasty.histogram', { advice: { explicitBucketBoundaries: [-1e-9, 0, 1e6] } });
  for (const key of keys) histogram.record(1, Object.fromEntries([[key, key]]), spanOf(1).context);
  histogram.record(2, Object.fromEntries(keys.map((key) => [key, key])));
  for (const name of ['nasty.histogram.count', 'nasty_total', 'target_info', 'nasty_created'])
    meter.createGauge(name).record(1);
  for (const name of ['a"\n', '\uD800', ''])
    provider.getMeter(name, name, { schemaUrl: name }).createGauge('same').record(1);
  meter.createObservableGauge('slow').addCallback(() => {
    throw new Error('a callback that fails');
  });
}

// Prometheus looks at its targets 5 s after it has started: two of them at a time.
describe('a real Prometheus', { skip, concurrency: true }, () => {
  test('a real Prometheus scrapes the nastiest series: the target is up, and has all samples', async () => {
    const endpoint = createEndpoint(
      { scopeInfoEnabled: true, resourceConstantLabels: {} },
      {
        resource: resourceFromAttributes({ 'a.b': '"\n\0', '': 'x', le: '1' }),
        views: [{ instrumentName: 'exp', aggregation: exponential }],
      },
    );
    recordNastily(endpoint);
    endpoint.meter.createHistogram('exp').record(3, { le: 'x' });
    const samples = [...(await endpoint.families(OPEN_METRICS)).values()].flatMap((family) => family.samples);
    await using server = await serving(endpoint.reader);
    await using prometheus = await PrometheusProcess.start([jobOf(server.origin)], INTERVAL_MS, ['exemplar-storage']);
    const [target] = await prometheus.targets();
    assert.deepEqual([target?.health, target?.lastError], ['up', '']);
    const [scrapedSamples] = await prometheus.query('scrape_samples_scraped');
    assert.equal(scrapedSamples?.value?.[1], String(samples.length));
    const [stored] = await prometheus.query('count({job="flowmeter",__name__!~"up|scrape_.*"})');
    assert.equal(stored?.value?.[1], String(samples.length));
    const [total] = await prometheus.query('sum(nasty_total)');
    assert.equal(total?.value?.[1], '15');
  });

  test('a real Prometheus takes native histograms and exemplars', async () => {
    const endpoint = createEndpoint(
      {},
      { now: Date.now, views: [{ instrumentName: 'native', aggregation: exponential }] },
    );
    const { meter } = endpoint;
    const span = spanOf(5);
    const native = meter.createHistogram('native', { unit: 's' });
    for (let value = 1; value <= 100; value += 1) native.record(value, { route: '/' });
    native.record(0, { route: '/' });
    meter.createHistogram('classic', { unit: 's' }).record(7, {}, span.context);
    meter.createCounter('requests').add(1, {}, span.context);
    await using server = await serving(endpoint.reader);
    const features = ['native-histograms', 'exemplar-storage'];
    await using prometheus = await PrometheusProcess.start([jobOf(server.origin)], INTERVAL_MS, features);
    const [target] = await prometheus.targets();
    assert.deepEqual([target?.health, target?.lastError], ['up', '']);
    const valueOf = async (query: string): Promise<number> => Number((await prometheus.query(query))[0]?.value?.[1]);
    assert.equal(await valueOf('histogram_count(native_seconds)'), 101);
    assert.equal(await valueOf('histogram_sum(native_seconds)'), 5050);
    const median = await valueOf('histogram_quantile(0.5, native_seconds)');
    assert.ok(median > 48 && median < 53, `the median is ${median}`);
    assert.equal(await valueOf('classic_seconds_bucket{le="10.0"}'), 1);
    for (const query of ['requests_total', 'classic_seconds_bucket']) {
      const [series] = await prometheus.exemplars(query);
      assert.deepEqual(series?.exemplars[0]?.labels, { span_id: span.spanId, trace_id: span.traceId });
    }
  });
});
