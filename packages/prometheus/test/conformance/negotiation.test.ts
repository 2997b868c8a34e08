import { TRANSLATION_STRATEGIES } from '@flowmeter/prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFamilies } from '../exposition/support/metric-families.ts';
import { serving } from '../server/support/serving.ts';
import { createEndpoint, OPEN_METRICS, PROTOBUF } from './support/endpoint.ts';

test('E23: one URL is answered in the form that the scraper accepts', async () => {
  const { reader, meter } = createEndpoint();
  meter.createCounter('a.b').add(1);
  await using server = await serving(reader);
  const ask = async (accept: string): Promise<readonly [type: string, body: Uint8Array]> => {
    const response = await fetch(`${server.origin}/metrics`, { headers: { accept } });
    return [response.headers.get('content-type')?.split(';')[0] ?? '', new Uint8Array(await response.arrayBuffer())];
  };
  const [[text, textBody], [openMetrics, openMetricsBody], [protobuf, protobufBody], [json, jsonBody]] =
    await Promise.all([ask('text/plain'), ask(OPEN_METRICS), ask(PROTOBUF), ask('application/json')]);
  assert.deepEqual(
    [text, openMetrics, protobuf, json],
    ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf', 'application/json'],
  );
  const read = (body: Uint8Array): string => new TextDecoder().decode(body);
  assert.equal(read(textBody), '# TYPE a_b_total counter\na_b_total 1\n');
  assert.equal(read(openMetricsBody), '# TYPE a_b counter\na_b_total 1\na_b_created 1700000000.25\n# EOF\n');
  assert.equal(decodeFamilies(protobufBody)[0]?.name, 'a_b_total');
  assert.deepEqual(
    (JSON.parse(read(jsonBody)) as readonly { name: string }[]).map(({ name }) => name),
    ['a_b'],
  );
});

test('E24: what is wanted most is answered, and says in Content-Type its version and escaping', async () => {
  const { scrape } = createEndpoint();
  const accept =
    'application/openmetrics-text;version=1.0.0;escaping=dots;q=0.9,text/plain;version=0.0.4;q=0.3,*/*;q=0.1';
  const { contentType } = await scrape(accept);
  assert.equal(contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=dots');
});

test('E25: without an Accept header, or with one that says nothing, the answer is text 0.0.4 with underscores', async () => {
  const { meter, scrape } = createEndpoint({ translationStrategy: 'NoTranslation' });
  meter.createCounter('a.b').add(1);
  for (const accept of [undefined, '', '*/*', 'nonsense']) {
    const { contentType, text } = await scrape(accept);
    assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
    assert.equal(text, '# TYPE a_b counter\na_b 1\n');
  }
});

test('E26: names of metrics and of labels are escaped by the scheme that was negotiated', async () => {
  const { meter, scrape } = createEndpoint({ translationStrategy: 'NoTranslation' });
  meter.createGauge('a.b').record(1, { 'c.d': 'x', é: 'y' });
  for (const [escaping, series] of [
    ['underscores', 'a_b{_="y",c_d="x"} 1'],
    ['dots', 'a_dot_b{_="y",c_dot_d="x"} 1'],
    ['values', 'U__a_2e_b{U___e9_="y",U__c_2e_d="x"} 1'],
    ['allow-utf-8', '{"a.b","c.d"="x","é"="y"} 1'],
  ] as const) {
    const { text } = await scrape(`text/plain; version=1.0.0; escaping=${escaping}`);
    assert.ok(text.split('\n').includes(series), text);
  }
});

test('E26: labels of the resource and of the scope are escaped anew for each scraper', async () => {
  const options = {
    translationStrategy: 'NoTranslation',
    resourceConstantLabels: {},
    targetInfoEnabled: false,
  } as const;
  const { meter, scrape } = createEndpoint(options, { resource: resourceFromAttributes({ 'a.b': 'x' }) });
  meter.createGauge('g').record(1, { c: 'y' });
  for (const [escaping, series] of [
    ['underscores', 'g{a_b="x",c="y"} 1'],
    ['values', 'g{U__a_2e_b="x",c="y"} 1'],
    ['allow-utf-8', 'g{"a.b"="x",c="y"} 1'],
    ['underscores', 'g{a_b="x",c="y"} 1'],
  ] as const) {
    const { text } = await scrape(`text/plain; version=1.0.0; escaping=${escaping}`);
    assert.ok(text.split('\n').includes(series), text);
  }
});

test('E27: first the strategy makes a name, and then the escaping', async () => {
  for (const [strategy, expected] of [
    ['UnderscoreEscapingWithSuffixes', ['foo_bar_bytes_total', 'foo_bar_bytes_total']],
    ['UnderscoreEscapingWithoutSuffixes', ['foo_bar', 'foo_bar']],
    ['NoUTF8EscapingWithSuffixes', ['foo_bar_bytes_total', 'foo.bar_bytes_total']],
    ['NoTranslation', ['foo_bar', 'foo.bar']],
  ] as const) {
    assert.ok(TRANSLATION_STRATEGIES.includes(strategy));
    const { meter, families } = createEndpoint({ translationStrategy: strategy });
    meter.createCounter('foo.bar', { unit: 'By' }).add(1);
    const names = ['underscores', 'allow-utf-8'].map(async (escaping) => {
      const found = await families(`text/plain; version=1.0.0; escaping=${escaping}`);
      return [...found.keys()][0];
    });
    assert.deepEqual(await Promise.all(names), expected);
  }
});

test('series that are told apart in one format are still added up in another', async () => {
  const { meter, scrape } = createEndpoint();
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [] } });
  histogram.record(1, { le: 'a', exported_le: 'b', n: 1 });
  histogram.record(1, { exported_le: 'b;a', n: 1 });
  assert.equal((JSON.parse((await scrape('application/json')).text) as unknown[]).length, 2);
  const { text } = await scrape('text/plain; version=1.0.0; escaping=allow-utf-8');
  assert.match(text, /^h_count\{exported_le="b;a",n="1"\} 2$/m);
});
