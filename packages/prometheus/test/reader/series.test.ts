/** Which series there are, as they come, change and go between and during scrapes. */
import { MeterProvider as EngineMeterProvider, type EngineMeter } from '@flowmeter/engine';
import { PrometheusReader } from '@flowmeter/prometheus';
import type { ObservableResult } from '@opentelemetry/api';
import { AggregationType, MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from '../../src/negotiation/accept.ts';
import { reading } from '../support/reading.ts';
import { fc } from '../support/properties.ts';

test('a series that takes the place of one that was removed has its own labels', async () => {
  const { provider, samples } = reading();
  const counter = (provider.getMeter('m') as EngineMeter).createCounter('c');
  counter.add(1, { a: 'first' });
  assert.deepEqual(await samples(), ['c_total{a="first"} 1']);
  counter.remove({ a: 'first' });
  counter.add(2, { a: 'second' });
  assert.deepEqual(await samples(), ['c_total{a="second"} 2']);
});

test('a series that is removed is not exposed, and begins anew when it is recorded into again', async () => {
  const { provider, samples } = reading();
  const counter = (provider.getMeter('m') as EngineMeter).createCounter('c');
  counter.add(5, { a: '1' });
  await samples();
  counter.remove({ a: '1' });
  assert.deepEqual(await samples(), []);
  counter.add(2, { a: '1' });
  assert.deepEqual(await samples(), ['c_total{a="1"} 2']);
});

for (const begunMsAgo of [undefined, 10_000]) {
  const when = begunMsAgo === undefined ? 'its request' : 'the time that the scraper may have waited for it';
  test(`a series that is recorded first while a scrape is under way did not begin after ${when}`, async () => {
    const nowMs = 1_700_000_000_000;
    const madeMs = nowMs - 60_000;
    const clock = { nowMs: madeMs };
    const reader = new PrometheusReader({ scopeInfoEnabled: false });
    const provider = new EngineMeterProvider({ readers: [reader], now: () => clock.nowMs });
    const counter = provider.getMeter('m').createCounter('c');
    provider
      .getMeter('m')
      .createObservableGauge('g')
      .addCallback(async () => {
        clock.nowMs += 3000;
        counter.add(1);
      });
    clock.nowMs = nowMs;
    const request = { rendition: negotiate('application/openmetrics-text'), names: undefined, timeoutMs: undefined };
    const body = Buffer.concat(await reader.render({ ...request, begunMsAgo })).toString();
    const created = Number(/^c_created (.+)$/m.exec(body)?.[1]) * 1000;
    // Loading what renders has taken a moment of the real time.
    assert.ok(created <= nowMs - (begunMsAgo ?? 0) && created > madeMs && Number.isInteger(created), `${created}`);
  });
}

test('series that come and go by the ten thousand are each exposed once, with their labels', async () => {
  const { provider, samples } = reading();
  const counter = (provider.getMeter('m') as EngineMeter).createCounter('c');
  for (let round = 0; round < 20; round += 1) {
    const names = Array.from({ length: 700 }, (_, index) => `${round}-${index}-${'x'.repeat(index % 90)}`);
    for (const a of names) counter.add(1, { a });
    assert.deepEqual(await samples(), names.map((a) => `c_total{a="${a}"} 1`).toSorted());
    for (const a of names) counter.remove({ a });
  }
});

test('an instrument without series is not exposed', async () => {
  const { provider, text } = reading();
  provider.getMeter('m').createCounter('c');
  assert.doesNotMatch(await text(), /c_total/);
});

test('observables show what their callbacks observe in the scrape', async () => {
  const { provider, samples } = reading();
  let observed: Readonly<Record<string, number>> = { a: 1, b: 2 };
  provider
    .getMeter('m')
    .createObservableGauge('g')
    .addCallback((result: ObservableResult) => {
      for (const [key, value] of Object.entries(observed)) result.observe(value, { key });
    });
  assert.deepEqual(await samples(), ['g{key="a"} 1', 'g{key="b"} 2']);
  observed = { b: 3 };
  assert.deepEqual(await samples(), ['g{key="b"} 3']);
});

test('the application runs while a large body is made, and the numbers of a histogram belong together', async () => {
  const { provider, text } = reading({ cardinalityLimit: () => 1e6 });
  const histogram = provider.getMeter('m').createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2, 3, 4] } });
  const record = (): void => {
    for (let index = 0; index < 20_000; index += 1) histogram.record(index % 6, { index: `${index}` });
  };
  record();
  let turns = 0;
  let isOver = false;
  const beat = (): void => {
    if (isOver) return;
    turns += 1;
    histogram.record(2, { index: `${turns}` });
    setImmediate(beat);
  };
  setImmediate(beat);
  const body = await text();
  isOver = true;
  assert.ok(turns > 2, `${turns} turns`);
  for (const [, index, count] of body.matchAll(/^h_count\{index="(\d+)"\} (\d+)$/gm)) {
    const inAll = new RegExp(`^h_bucket\\{index="${index ?? ''}",le="\\+Inf"\\} (\\d+)$`, 'm');
    if (Number(index) % 500 === 0 || Number(index) <= turns) assert.equal(inAll.exec(body)?.[1], count);
  }
});

const COLLIDING = [{ 'a.b': 'x' }, { a_b: 'x' }, { 'a-b': 'x' }];

test('C44: counters whose labels come to be the same are added up', async () => {
  const { provider, samples } = reading();
  const counter = provider.getMeter('m').createCounter('c');
  for (const [power, attributes] of COLLIDING.entries()) counter.add(10 ** power, attributes);
  counter.add(7, { a_b: 'y' });
  assert.deepEqual(await samples(), ['c_total{a_b="x"} 111', 'c_total{a_b="y"} 7']);
});

test('C44: histograms whose labels come to be the same are added up, bucket by bucket', async () => {
  const { provider, samples } = reading();
  const advice = { explicitBucketBoundaries: [1, 10] };
  const histogram = provider.getMeter('m').createHistogram('h', { advice });
  for (const [power, attributes] of COLLIDING.entries()) histogram.record(10 ** power, attributes);
  assert.deepEqual(await samples(), [
    'h_bucket{a_b="x",le="+Inf"} 3',
    'h_bucket{a_b="x",le="1"} 1',
    'h_bucket{a_b="x",le="10"} 2',
    'h_count{a_b="x"} 3',
    'h_sum{a_b="x"} 111',
  ]);
});

test('series that differ in the type of a value only are added up, since labels are text', async () => {
  const { provider, samples } = reading();
  const counter = provider.getMeter('m').createCounter('c');
  for (const status of [200, '200']) counter.add(1, { status });
  assert.deepEqual(await samples(), ['c_total{status="200"} 2']);
});

test('an empty label is no label, and its series is added to the one without', async () => {
  const { provider, samples } = reading();
  const counter = provider.getMeter('m').createCounter('c');
  counter.add(1, { a: '' });
  counter.add(2);
  assert.deepEqual(await samples(), ['c_total 3']);
});

test('instruments of one name in several scopes are one family, added up where their labels are the same', async () => {
  const { provider, text, samples } = reading();
  for (const scope of ['one', 'two', 'three']) provider.getMeter(scope).createCounter('c').add(1, { shared: 'x' });
  provider.getMeter('two').createCounter('c').add(5, { own: 'y' });
  assert.equal((await text()).match(/# TYPE c_total/g)?.length, 1);
  assert.deepEqual(await samples(), ['c_total{own="y"} 5', 'c_total{shared="x"} 3']);
});

test("sdk-metrics' provider is exposed as the engine is", async () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1e9, noNaN: true }));
  const attributes = fc.dictionary(fc.constantFrom('a', 'b', 'c.d'), fc.constantFrom('x', 'y "z"', '3'));
  const kinds = fc.constantFrom(
    'createCounter',
    'createUpDownCounter',
    'createGauge',
    'createHistogram',
    'exponential',
  );
  const calls = fc.array(fc.tuple(kinds, value, attributes), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(calls, async (program) => {
      const views = [
        { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } } as const,
      ];
      const sides = [reading({}, { views }), reading({}, { views }, SdkMeterProvider)];
      const bodies = await Promise.all(
        sides.map(async ({ provider, samples }) => {
          const meter = provider.getMeter('m');
          for (const [kind, recorded, labels] of program) {
            if (kind === 'exponential') meter.createHistogram(kind).record(recorded, labels);
            else if (kind === 'createHistogram') meter[kind](kind).record(recorded, labels);
            else if (kind === 'createGauge') meter[kind](kind).record(recorded, labels);
            else meter[kind](kind).add(recorded, labels);
          }
          return samples();
        }),
      );
      assert.deepEqual(bodies[0], bodies[1]);
    }),
    { numRuns: 200, seed: 1 },
  );
});

for (const Provider of [EngineMeterProvider, SdkMeterProvider]) {
  test(`C3: all series of an exponential histogram have the same buckets from the first body on (${Provider === SdkMeterProvider ? 'sdk-metrics' : 'engine'})`, async () => {
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { provider, samples } = reading({}, { views: [{ instrumentName: 'h', aggregation }] }, Provider);
    const histogram = provider.getMeter('m').createHistogram('h');
    for (const power of [3, 9, 1, 20, -4]) histogram.record(1.5 * 2 ** power, { power });
    const bounds = new Map<string, string[]>();
    for (const [, power = '', bound = ''] of (await samples())
      .join('\n')
      .matchAll(/h_bucket\{power="(.+?)",le="(.+?)"/g))
      bounds.set(power, [...(bounds.get(power) ?? []), bound]);
    assert.equal(bounds.size, 5);
    assert.equal(new Set([...bounds.values()].map((each) => each.join())).size, 1);
    // 0, those from 2^-4 to 2^21, and the last.
    assert.equal(bounds.get('3')?.length, 1 + 26 + 1);
  });
}
