/** Series that come to the same labels, as they come, change and go between scrapes and during them. */
import { MeterProvider as EngineMeterProvider, type EngineMeter } from '@flowmeter/engine';
import type { Attributes, ObservableResult } from '@opentelemetry/api';
import { AggregationType, MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { reading } from '../support/reading.ts';

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';
const UTF_8 = 'text/plain;version=1.0.0;escaping=allow-utf-8';
const VALUES = 'text/plain;version=1.0.0;escaping=values';
const ACCEPTED = [undefined, OPEN_METRICS, UTF_8, VALUES];

/** Some come to the same labels when they are escaped with underscores, and some of those in UTF-8 as well. */
const SETS: readonly Attributes[] = [
  { 'a.b': 'x' },
  { a_b: 'x' },
  { 'a-b': 'x' },
  { a_b: 'x', empty: '' },
  { a_b: 7 },
  { a_b: '7' },
  {},
  { other: 'x' },
];

test('whichever series are shown, no labels come twice, and what came to the same labels is added up', async () => {
  const shown = fc.array(fc.array(fc.tuple(fc.nat(SETS.length - 1), fc.nat(1)), { maxLength: 6 }), { minLength: 2 });
  await fc.assert(
    fc.asyncProperty(shown, fc.array(fc.constantFrom(...ACCEPTED), { minLength: 3 }), async (rounds, accepted) => {
      const { provider, samples } = reading();
      let observed: readonly (readonly [set: number, meter: number])[] = [];
      for (const meter of [0, 1]) {
        provider
          .getMeter(`meter ${meter}`)
          .createObservableUpDownCounter('g')
          .addCallback((result: ObservableResult) => {
            for (const [set, of] of observed) if (of === meter) result.observe(10 ** set, SETS[set] ?? {});
          });
      }
      for (const [round, sets] of rounds.entries()) {
        observed = [...new Map(sets.map((pair) => [pair.join(), pair])).values()];
        const lines = await samples(accepted[round % accepted.length]);
        const labels = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
        assert.equal(new Set(labels).size, labels.length, lines.join('\n'));
        const total = lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
        assert.equal(
          total,
          observed.reduce((sum, [set]) => sum + 10 ** set, 0),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('series that end and begin while a body is made give nobody their values, and take nobody away with them', async () => {
  const { provider, text } = reading({ cardinalityLimit: () => 1e6 });
  const counter = (provider.getMeter('m') as EngineMeter).createCounter('c');
  const pairs = 20_000;
  for (let index = 1; index <= pairs; index += 1) {
    counter.add(index, { 'a.b': `${index}` });
    counter.add(index, { a_b: `${index}` });
  }
  await text();
  let isOver = false;
  let [ended, begun] = [0, 1e7];
  const churn = (): void => {
    if (isOver) return;
    for (let each = 0; each < 200 && ended < pairs; each += 1) {
      ended += 1;
      counter.remove({ 'a.b': `${pairs - ended}` });
      begun += 1;
      counter.add(begun, { 'a.b': `${begun}` });
    }
    setImmediate(churn);
  };
  setImmediate(churn);
  for (const accept of ACCEPTED) {
    const found = new Map<number, number>();
    for (const [, index, value] of (await text(accept)).matchAll(/^c_total\{a_b="(\d+)"\} (\d+)$/gm)) {
      assert.ok(!found.has(Number(index)), `${index} comes twice`);
      found.set(Number(index), Number(value));
    }
    for (let index = 1; index <= pairs; index += 1) {
      const value = found.get(index) ?? NaN;
      assert.ok(value === index || value === 2 * index, `${index} has ${value}`);
    }
    for (const [index, value] of found) assert.ok(value === index || value === 2 * index, `${index} has ${value}`);
  }
  isOver = true;
});

test('bodies in different formats that are made at a time are whole, however many series have gone before', async () => {
  const { provider, samples } = reading({ cardinalityLimit: () => 1e5 });
  const counter = (provider.getMeter('m') as EngineMeter).createCounter('c');
  for (let round = 0; round < 8; round += 1) {
    const names = Array.from({ length: 3000 }, (_, index) => `${round}-${index}-${'x'.repeat(60)}`);
    for (const a of names) counter.add(1, { a });
    const expected = names.map((a) => `c_total{a="${a}"} 1`).toSorted();
    const bodies = ACCEPTED.map(async (accept) => {
      const lines = await samples(accept);
      return lines.filter((line) => !line.startsWith('c_created'));
    });
    for (const body of await Promise.all(bodies)) assert.deepEqual(body, expected);
    for (const a of names) counter.remove({ a });
  }
});

test('instruments of one name are told apart by what they record: one without series takes no name from another', async () => {
  const { provider, text } = reading();
  provider.getMeter('first').createCounter('a_b', { description: 'Never recorded' });
  provider.getMeter('second').createUpDownCounter('a_b_total', { description: 'Recorded' }).add(-3);
  const body = await text();
  assert.match(body, /^# HELP a_b_total Recorded\n# TYPE a_b_total gauge\na_b_total -3$/m);
  assert.doesNotMatch(body, /Never recorded/);
});

for (const Provider of [EngineMeterProvider, SdkMeterProvider]) {
  const on = Provider === SdkMeterProvider ? 'sdk-metrics' : 'the engine';

  test(`a label of the scope in one series and of the attributes in another is the same label, on ${on}`, async () => {
    for (const accept of ACCEPTED) {
      const { provider, samples } = reading({ scopeInfoEnabled: true }, {}, Provider);
      provider.getMeter('m').createCounter('hits').add(1, { a: '1', otel_scope_version: '1' });
      provider.getMeter('m', '1').createCounter('hits').add(2, { a: '1' });
      const lines = (await samples(accept)).filter((line) => line.startsWith('hits_total'));
      assert.deepEqual(lines, ['hits_total{a="1",otel_scope_name="m",otel_scope_version="1"} 3']);
    }
  });

  test(`C3: exponential histograms of one name in several meters have the same buckets, on ${on}`, async () => {
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { provider, samples } = reading({}, { views: [{ instrumentName: 'h', aggregation }] }, Provider);
    provider.getMeter('one').createHistogram('h').record(0.75, { series: 'x' });
    provider.getMeter('two').createHistogram('h').record(600, { series: 'y' });
    for (const meter of ['one', 'two']) provider.getMeter(meter).createHistogram('h').record(3, { series: 'both' });
    const bounds = new Map<string, string[]>();
    for (const [, series = '', bound = ''] of (await samples())
      .join('\n')
      .matchAll(/h_bucket\{series="(.+?)",le="(.+?)"/g))
      bounds.set(series, [...(bounds.get(series) ?? []), bound]);
    assert.deepEqual([...bounds.keys()].toSorted(), ['both', 'x', 'y']);
    assert.equal(new Set([...bounds.values()].map((each) => each.join())).size, 1);
  });
}

test('a scrape shows all that its callbacks observed, whatever other scrapes and pages are asked for meanwhile', async () => {
  const { provider, reader, samples } = reading();
  let begun = 0;
  provider
    .getMeter('m')
    .createObservableGauge('g')
    .addCallback((result: ObservableResult) => {
      begun += 800;
      for (let index = begun - 1500; index < begun; index += 1) result.observe(1, { index });
    });
  for (let round = 0; round < 3; round += 1) {
    const scrapes = [...ACCEPTED, undefined].map(async (accept) => (await samples(accept)).length);
    const pages = [reader.overview(), reader.overview()].map(async (page) => (await page)[0]?.series);
    assert.deepEqual(new Set(await Promise.all([...scrapes, ...pages])), new Set([1500]));
  }
});
