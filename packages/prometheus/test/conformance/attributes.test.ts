import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndpoint, OPEN_METRICS_UTF8 } from './support/endpoint.ts';

/** The labels of a counter with these attributes. */
async function labelsOf(attributes: Attributes): Promise<Readonly<Record<string, string>>> {
  const { meter, families } = createEndpoint();
  meter.createCounter('a').add(1, attributes);
  const [sample] = (await families()).get('a_total')?.samples ?? [];
  return Object.fromEntries(sample?.labels ?? []);
}

test('C40: attributes are labels', async () => {
  assert.deepEqual(await labelsOf({ route: '/a', method: 'GET' }), { method: 'GET', route: '/a' });
});

test('C40: a label has the value of the attribute, whatever is in it', async () => {
  for (const value of [
    'x',
    ' ',
    'a"b',
    'a\\b',
    'a\nb',
    'a\\nb',
    'a\r\nb',
    '\u0001\u001B\u007F\u0085',
    '\u2028',
    '\uFEFF',
    '😀',
  ]) {
    assert.deepEqual(await labelsOf({ a: value }), { a: value });
  }
});

test('C40: NUL and lone surrogates in a value become U+FFFD, which Prometheus takes', async () => {
  assert.deepEqual(await labelsOf({ a: 'x\0y', b: 'x\uD800y' }), { a: 'x\uFFFDy', b: 'x\uFFFDy' });
});

test('C41: values that are not strings are their JSON', async () => {
  const attributes = { a: 1.5, b: true, c: [1, 2], d: ['x', 'y'], e: 1e21, f: NaN };
  assert.deepEqual(await labelsOf(attributes), {
    a: '1.5',
    b: 'true',
    c: '[1,2]',
    d: '["x","y"]',
    e: '1e+21',
    f: 'NaN',
  });
});

test('C41: values that no attribute should have do no harm', async () => {
  const loop: unknown[] = [];
  loop.push(loop);
  const values = [1n, Symbol.iterator, (): void => {}, { a: 1 }, loop, new Date(0), Object.create(null)] as unknown;
  for (const value of values as AttributeValue[]) assert.ok((await labelsOf({ a: value, b: 'x' }))['b'] === 'x');
});

test('C42: characters that labels should not have become _, and every key is a name', async () => {
  for (const [key, name] of [
    ['http.route', 'http_route'],
    ['2xx', 'key_2xx'],
    ['', '_'],
    ['é', '_'],
    ['__name__', '_name_'],
    ['a:b', 'a_b'],
    ['\0\n"', '_'],
    ['__proto__', '_proto_'],
  ] as const) {
    const attributes = Object.fromEntries([[key, 'x']]);
    assert.deepEqual(await labelsOf(attributes), { [name]: 'x' }, JSON.stringify(key));
  }
});

test('C43: several _ in a key become one', async () => {
  assert.deepEqual(await labelsOf({ 'a._.b': 'x', c__d: 'y' }), { a_b: 'x', c_d: 'y' });
});

test('C44: values of keys that come to one name are joined with ; in the order of the keys', async () => {
  assert.deepEqual(await labelsOf({ a_b: '3', 'a.b': '1', 'a/b': '2' }), { a_b: '1;2;3' });
});

for (const kind of ['counter', 'histogram', 'exponential histogram'] as const) {
  test(`C44: series that come to the same labels are one, which adds them up: ${kind}s`, async () => {
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { meter, families } = createEndpoint(
      {},
      kind.startsWith('exp') ? { views: [{ instrumentName: 'a', aggregation }] } : {},
    );
    const instrument = kind === 'counter' ? meter.createCounter('a') : meter.createHistogram('a');
    const sets: Attributes[] = [{ 'b.c': '1' }, { b_c: '1' }, { b_c: 1 }, { b_c: '1', d: '' }, { b_c: '1', d: null }];
    for (const [position, attributes] of sets.entries()) {
      if ('add' in instrument) instrument.add(2 ** position, attributes);
      else instrument.record(2 ** position, attributes);
    }
    const found = [...(await families()).values()].flatMap(({ samples }) => samples);
    const total = found.filter(({ name }) => name === (kind === 'counter' ? 'a_total' : 'a_sum'));
    assert.deepEqual(
      total.map(({ labels, value }) => [[...labels], value]),
      [[[['b_c', '1']], 31]],
    );
  });
}

test('C44: exponential histograms of different scales are added up at the coarser one', async () => {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 4 } } as const;
  const { meter, families } = createEndpoint({}, { views: [{ instrumentName: 'a', aggregation }] });
  const histogram = meter.createHistogram('a');
  for (const value of [1, 1.1, 1.2]) histogram.record(value, { b: '1' });
  for (const value of [0, 1, 1e3, 1e6]) histogram.record(value, { b: 1 });
  const samples = (await families()).get('a')?.samples ?? [];
  const upTo = (bound: string): number | undefined => samples.find(({ labels }) => labels.get('le') === bound)?.value;
  assert.deepEqual(['0', '+Inf'].map(upTo), [1, 7]);
  assert.equal(samples.find(({ name }) => name === 'a_sum')?.value, 1_001_004.3);
});

test('C44: histograms of different boundaries are added up in those that both have', async () => {
  const { provider, families } = createEndpoint();
  const bounds = [
    [1, 5, 10],
    [5, 7, 10],
  ];
  for (const [position, explicitBucketBoundaries] of bounds.entries()) {
    const histogram = provider.getMeter(`m${position}`).createHistogram('a', { advice: { explicitBucketBoundaries } });
    for (const value of [0, 5, 6, 8, 11]) histogram.record(value);
  }
  const samples = (await families()).get('a')?.samples ?? [];
  assert.deepEqual(
    samples.map(({ name, labels, value }) => [name, labels.get('le'), value]),
    [
      ['a_bucket', '5', 4],
      ['a_bucket', '10', 8],
      ['a_bucket', '+Inf', 10],
      ['a_sum', undefined, 60],
      ['a_count', undefined, 10],
    ],
  );
});

test('C40: with UTF-8 a key is a label as it is', async () => {
  const { meter, families } = createEndpoint({ translationStrategy: 'NoTranslation' });
  meter.createCounter('a').add(1, { 'http.route': 'x', 'é"\\\n': 'y', '2xx': 'z' });
  const [sample] = (await families(OPEN_METRICS_UTF8)).get('a')?.samples ?? [];
  assert.deepEqual(Object.fromEntries(sample?.labels ?? []), { 'http.route': 'x', 'é"\\\n': 'y', '2xx': 'z' });
});
