import { PrometheusReader } from '@flowmeter/prometheus';
import type { Attributes } from '@opentelemetry/api';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndpoint, OPEN_METRICS, scraped } from './support/endpoint.ts';
import { metricOf, pointOf, producerOf } from './support/foreign-producer.ts';

/** The labels of a gauge of this scope. */
async function labelsOf(
  scope: { name: string; attributes?: Attributes },
  attributes: Attributes = {},
): Promise<unknown> {
  const reader = new PrometheusReader();
  const gauge = metricOf({ dataPointType: DataPointType.GAUGE, dataPoints: [pointOf(1, attributes)] }, { name: 'a' });
  reader.setMetricProducer(producerOf([{ scope, metrics: [gauge] }]));
  const [sample] = (await scraped(reader).families()).get('a')?.samples ?? [];
  return Object.fromEntries(sample?.labels ?? []);
}

test('C19: name, version and schema URL of the scope are labels of all its series', async () => {
  const { provider, families } = createEndpoint({ scopeInfoEnabled: true });
  const meter = provider.getMeter('shop', '1.2', { schemaUrl: 'https://example.test/1' });
  meter.createCounter('a').add(1, { b: 'c' });
  meter.createHistogram('h').record(1);
  const scope = {
    otel_scope_name: 'shop',
    otel_scope_version: '1.2',
    otel_scope_schema_url: 'https://example.test/1',
  };
  for (const family of (await families(OPEN_METRICS)).values()) {
    for (const { labels } of family.samples) {
      const { b: _, le: __, ...others } = Object.fromEntries(labels);
      assert.deepEqual(others, scope);
    }
  }
});

test('C20: attributes of the scope are labels with a prefix', async () => {
  assert.deepEqual(await labelsOf({ name: 'one', attributes: { 'a.b': 1 } }), {
    otel_scope_name: 'one',
    otel_scope_a_b: '1',
  });
});

test('C21: attributes of the scope that come to the names of the three are dropped', async () => {
  const attributes = { name: 'x', version: 'x', schema_url: 'x', 'schema.url': 'x' };
  assert.deepEqual(await labelsOf({ name: 'one', attributes }), { otel_scope_name: 'one' });
});

test('C44: an attribute of the series that comes to the name of a scope label is joined with it', async () => {
  const labels = await labelsOf({ name: 'one' }, { 'otel.scope.name': 'x' });
  assert.deepEqual(labels, { otel_scope_name: 'x;one' });
});

test('C48: the resource is a target_info, unless it is empty', async () => {
  const { families } = createEndpoint({}, { resource: resourceFromAttributes({ 'a.b': 'c' }) });
  assert.ok((await families()).has('target_info'));
  assert.equal((await createEndpoint({}, { resource: emptyResource() }).scrape()).text, '');
});

test('C49: target_info has the attributes of the resource, each as other attributes are, and no other labels', async () => {
  const resource = resourceFromAttributes({ 'a.b': '1', a_b: '2', n: 5, list: ['x', 'y'] });
  const { families } = createEndpoint({ scopeInfoEnabled: true, resourceConstantLabels: {} }, { resource });
  const [sample] = (await families()).get('target_info')?.samples ?? [];
  assert.deepEqual(Object.fromEntries(sample?.labels ?? []), { a_b: '1;2', n: '5', list: '["x","y"]' });
});

test('C50: where there are no infos, target_info is a gauge of 1', async () => {
  const { scrape } = createEndpoint({}, { resource: resourceFromAttributes({ a: 'b' }) });
  const { text } = await scrape();
  assert.equal(text, '# HELP target_info Target metadata\n# TYPE target_info gauge\ntarget_info{a="b"} 1\n');
});

test('C51: the resource is nowhere else', async () => {
  const { meter, scrape } = createEndpoint(
    { targetInfoEnabled: false },
    { resource: resourceFromAttributes({ a: 'b' }) },
  );
  meter.createGauge('g').record(1);
  assert.equal((await scrape()).text, '# TYPE g gauge\ng 1\n');
});

test('C48: attributes of the resource that are known later are waited for', async () => {
  const resource = resourceFromAttributes({ a: Promise.resolve('b') });
  const { scrape } = createEndpoint({}, { resource });
  assert.match((await scrape()).text, /^target_info\{a="b"\} 1$/m);
});
