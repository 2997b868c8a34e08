import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanOf } from '../../../engine/test/support/spans.ts';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { createEndpoint, OPEN_METRICS, OPEN_METRICS_UTF8, TEXT_UTF8, type Endpoint } from './support/endpoint.ts';

const TEXT = 'text/plain; version=0.0.4';

/** The names of all families. */
async function namesIn({ families }: Endpoint, accept = TEXT): Promise<readonly string[]> {
  return [...(await families(accept)).keys()];
}

test('C1: text 0.0.4 and 1.0.0 have no exemplars', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createCounter('a').add(1, {}, spanOf(1).context);
  assert.match((await scrape(OPEN_METRICS)).text, /^a_total 1 # \{trace_id=/m);
  for (const accept of [TEXT, TEXT_UTF8])
    assert.equal((await scrape(accept)).text, '# TYPE a_total counter\na_total 1\n');
});

test('C2: an info is a gauge that ends in _info where there are no infos', async () => {
  const { families } = createEndpoint({}, { resource: resourceFromAttributes({ a: 'b' }) });
  assert.equal((await families(TEXT)).get('target_info')?.type, 'gauge');
  assert.equal((await families(OPEN_METRICS)).get('target')?.type, 'info');
});

test('C3: in text an exponential histogram has classic buckets, which add up', async () => {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const { meter, scrape } = createEndpoint({}, { views: [{ instrumentName: 'h', aggregation }] });
  for (const value of [0, 1.5, 3]) meter.createHistogram('h').record(value);
  const lines = ['0"} 1', '1"} 1', '2"} 2', '4"} 3', '+Inf"} 3'].map((end) => `h_bucket{le="${end}`);
  assert.equal((await scrape(TEXT)).text, ['# TYPE h histogram', ...lines, 'h_sum 4.5', 'h_count 3', ''].join('\n'));
});

test('C4: metrics of one name from several meters have one TYPE, UNIT and HELP', async () => {
  const { provider, scrape } = createEndpoint({ scopeInfoEnabled: true });
  for (const name of ['one', 'two']) {
    provider.getMeter(name).createCounter('a', { description: 'As', unit: 's' }).add(1);
  }
  const { text } = await scrape(OPEN_METRICS);
  for (const what of ['TYPE', 'UNIT', 'HELP']) assert.equal(text.split(`# ${what} `).length, 2, text);
  assert.equal(text.match(/^a_seconds_total\{/gm)?.length, 2);
});

test('C5: of two metrics of one name and different types the first stays', async () => {
  const { provider, scrape } = createEndpoint();
  provider.getMeter('one').createGauge('a').record(1);
  provider.getMeter('two').createHistogram('a').record(2);
  assert.equal((await scrape(TEXT)).text, '# TYPE a gauge\na 1\n');
});

test('C5: a name of samples clashes as one of families does', async () => {
  for (const [other, accept] of [
    ['a_count', TEXT],
    ['a_sum', TEXT],
    ['a_bucket', TEXT],
    ['a.count', TEXT],
    ['a_created', OPEN_METRICS],
  ] as const) {
    const endpoint = createEndpoint();
    endpoint.meter.createHistogram('a').record(1);
    endpoint.meter.createGauge(other).record(2);
    assert.deepEqual(await namesIn(endpoint, accept), ['a']);
  }
});

test('C5: what clashes in one format only is left out in that one only', async () => {
  const endpoint = createEndpoint();
  endpoint.meter.createCounter('a').add(1);
  endpoint.meter.createGauge('a').record(2);
  endpoint.meter.createGauge('a.created').record(3);
  assert.deepEqual(await namesIn(endpoint, TEXT), ['a_total', 'a', 'a_created']);
  assert.deepEqual(await namesIn(endpoint, OPEN_METRICS), ['a']);
});

test('C5: names that are the same only when they are escaped clash there', async () => {
  const endpoint = createEndpoint({ translationStrategy: 'NoTranslation' });
  endpoint.meter.createGauge('a.b').record(1);
  endpoint.meter.createHistogram('a_b').record(1);
  assert.deepEqual(await namesIn(endpoint, TEXT_UTF8), ['a.b', 'a_b']);
  assert.deepEqual(await namesIn(endpoint, TEXT), ['a_b']);
});

test('C6, C7: metrics with two descriptions or units are one family with one HELP, and no series is lost', async () => {
  const { provider, scrape } = createEndpoint({ scopeInfoEnabled: true, translationStrategy: 'NoTranslation' });
  provider.getMeter('one').createGauge('a_seconds', { description: 'One', unit: 's' }).record(1);
  provider.getMeter('two').createGauge('a_seconds', { description: 'Two', unit: 'By' }).record(2);
  const { text } = await scrape(OPEN_METRICS);
  assert.equal(
    text,
    [
      '# TYPE a_seconds gauge',
      '# HELP a_seconds One',
      'a_seconds{otel_scope_name="one"} 1',
      'a_seconds{otel_scope_name="two"} 2',
      '# EOF',
      '',
    ].join('\n'),
  );
});

test('C8: each conflict is warned of, once', async () => {
  const { provider, scrape } = createEndpoint();
  provider.getMeter('one').createGauge('a', { description: 'One' }).record(1);
  provider.getMeter('two').createGauge('a', { description: 'Two' }).record(2);
  provider.getMeter('three').createHistogram('a').record(3);
  const reports = captureReports();
  await scrape(TEXT);
  await scrape(TEXT);
  stopReports();
  assert.equal(reports.length, 2, reports.join('\n'));
  assert.match(reports[0] ?? '', /a has two descriptions, "One" and "Two"; the first one is used/);
  assert.match(reports[1] ?? '', /the histogram "a" of the meter "three" is not exposed: the name a is taken/);
});

for (const [title, name, unit, expected] of [
  ['C9: a metric is called as its instrument', 'queue_length', '', 'queue_length'],
  [
    'C10: what Prometheus discourages in names becomes _',
    'http.server/active-requests',
    '',
    'http_server_active_requests',
  ],
  ['C11: several _ become one', 'a._-b__c', '', 'a_b_c'],
  ['C12: a unit is a suffix in words', 'a', 'ms', 'a_milliseconds'],
  ['C13: what is in braces is no part of the unit', 'a', '{packet}', 'a'],
  ['C13: nor is it where there is more', 'a', 'By{sent}', 'a_bytes'],
  ['C14: a rate is in words', 'a', 'm/s', 'a_meters_per_second'],
  ['C16: a unit that the name ends with is not added', 'a.seconds', 's', 'a_seconds'],
] as const) {
  test(title, async () => {
    const endpoint = createEndpoint();
    endpoint.meter.createGauge(name, { unit }).record(1);
    assert.deepEqual(await namesIn(endpoint), [expected]);
  });
}

test('C12: each unit of the table has its word', async () => {
  const words = {
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tebibytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
    '%': 'percent',
  };
  const endpoint = createEndpoint();
  for (const [position, unit] of Object.keys(words).entries())
    endpoint.meter.createGauge(`a${position}`, { unit }).record(1);
  assert.deepEqual(
    await namesIn(endpoint),
    Object.values(words).map((word, position) => `a${position}_${word}`),
  );
});

test('C15: the unit is told in OpenMetrics, in the words that the name ends with', async () => {
  const { meter, families } = createEndpoint();
  meter.createCounter('a', { unit: 'By/s' }).add(1);
  assert.equal((await families(OPEN_METRICS)).get('a_bytes_per_second')?.unit, 'bytes_per_second');
});

test('C16: the suffix of the unit comes before that of the type', async () => {
  const endpoint = createEndpoint();
  endpoint.meter.createCounter('read_total', { unit: 'By' }).add(1);
  assert.deepEqual(await namesIn(endpoint), ['read_bytes_total']);
});

test('C17: the description is the HELP, whatever is in it', async () => {
  for (const description of ['Requests', ' a  b ', '"q" \\ \n \\n', 'é😀', '\u0001\r\u0085', '']) {
    const { meter, families } = createEndpoint();
    meter.createGauge('a', { description }).record(1);
    for (const accept of [TEXT, TEXT_UTF8, OPEN_METRICS, OPEN_METRICS_UTF8]) {
      assert.equal((await families(accept)).get('a')?.help ?? '', description);
    }
  }
});

test('C18: the type is told', async () => {
  const { meter, families } = createEndpoint();
  meter.createCounter('a').add(1);
  meter.createUpDownCounter('b').add(1);
  meter.createGauge('c').record(1);
  meter.createHistogram('d').record(1);
  for (const accept of [TEXT, OPEN_METRICS]) {
    const types = [...(await families(accept)).values()].map(({ type }) => type);
    assert.deepEqual(types, ['counter', 'gauge', 'gauge', 'histogram']);
  }
});
