import { MeterProvider } from '@flowmeter/engine';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { runApp } from '../../../test/support/child-app.ts';
import { createEngine, TestReader } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';

/** A reader that does what it is told when it is flushed or shut down, and counts how often it was. */
class ToldReader extends MetricReader {
  flushes = 0;
  shutdowns = 0;
  readonly #what: () => Promise<void>;

  constructor(what: () => Promise<void> = async () => {}) {
    super();
    this.#what = what;
  }

  protected override async onForceFlush(): Promise<void> {
    this.flushes += 1;
    await this.#what();
  }

  protected override async onShutdown(): Promise<void> {
    this.shutdowns += 1;
    await this.#what();
  }
}

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const verb of ['forceFlush', 'shutdown'] as const) {
  const count = ({ flushes, shutdowns }: ToldReader): number => (verb === 'forceFlush' ? flushes : shutdowns);

  test(`${verb} reaches all readers, and ends when they all have`, async () => {
    const slow = Promise.withResolvers<void>();
    const readers = [new ToldReader(), new ToldReader(async () => await slow.promise)];
    let hasEnded = false;
    const call = new MeterProvider({ readers })[verb]().then(() => (hasEnded = true));
    await new Promise(setImmediate);
    assert.deepEqual([readers.map(count), hasEnded], [[1, 1], false]);
    slow.resolve();
    assert.equal(await call, true);
  });

  test(`${verb} rejects when a reader fails, and reaches the others all the same`, async () => {
    const readers = [new ToldReader(async () => await Promise.reject(new Error('no'))), new ToldReader()];
    await assert.rejects(new MeterProvider({ readers })[verb](), new Error('no'));
    assert.deepEqual(readers.map(count), [1, 1]);
  });

  test(`${verb} rejects when a reader throws at once, and reaches the others all the same`, async () => {
    const other = new ToldReader();
    const throwing = new ManualReader() as IMetricReader;
    throwing[verb] = () => {
      throw new Error('no');
    };
    await assert.rejects(new MeterProvider({ readers: [throwing, other] })[verb](), new Error('no'));
    assert.equal(count(other), 1);
  });

  test(`${verb} rejects when its time is over`, async () => {
    const hanging = new ToldReader(async () => await new Promise(() => {}));
    await assert.rejects(new MeterProvider({ readers: [hanging] })[verb]({ timeoutMillis: 5 }), {
      message: /timed out/i,
    });
  });

  test(`${verb} without readers does nothing`, async () => {
    await new MeterProvider()[verb]();
    assert.deepEqual(reports, []);
  });

  test(`${verb} after shutdown does nothing, with a warning`, async () => {
    const reader = new ToldReader();
    const provider = new MeterProvider({ readers: [reader] });
    await provider.shutdown();
    await provider[verb]();
    assert.deepEqual([reader.flushes, reader.shutdowns], [0, 1]);
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', new RegExp(verb));
  });
}

test('a meter that is asked for after shutdown records nothing, with a warning', async () => {
  const { provider, meter } = createEngine();
  await provider.shutdown();
  const late = provider.getMeter('test');
  const counter = late.createCounter('i');
  counter.add(1);
  counter.bind({ a: 1 }).add(1);
  late.createObservableGauge('j').addCallback(() => assert.fail('a callback was called'));
  assert.equal(counter.enabled(), false);
  assert.equal(reports.length, 1);
  meter.createCounter('i').add(1);
});

test('an instrument from before the shutdown can be called after it', async () => {
  const { provider, meter } = createEngine();
  const counter = meter.createCounter('i');
  const bound = counter.bind({ a: 1 });
  await provider.shutdown();
  counter.add(1);
  bound.add(1);
  bound.remove();
  meter.createHistogram('j').record(1);
  assert.deepEqual(reports, []);
});

test('a reader that has a provider is an error for the next one', () => {
  const readers = [new ManualReader()];
  assert.ok(new MeterProvider({ readers }));
  assert.throws(() => new MeterProvider({ readers }), /can not be bound to a MeterProvider again/);
});

test('a reader that is given twice is an error', () => {
  const reader = new ManualReader();
  assert.throws(() => new MeterProvider({ readers: [reader, reader] }), /can not be bound to a MeterProvider again/);
});

test('without readers nothing is recorded, and no instrument is enabled', () => {
  const meter = new MeterProvider().getMeter('m');
  const counter = meter.createCounter('i');
  counter.add(1);
  counter.bind({ a: 1 }).add(1);
  counter.positional('a')(1, 1);
  counter.remove({ a: 1 });
  assert.deepEqual([counter.enabled(), counter.bind().enabled()], [false, false]);
});

test('metrics carry the resource that was given, and a default one otherwise', async () => {
  const given = resourceFromAttributes({ 'service.name': 's' });
  const [own, other] = [new ManualReader(), new ManualReader()];
  assert.ok(new MeterProvider({ resource: given, readers: [own] }));
  assert.ok(new MeterProvider({ readers: [other] }));
  assert.equal((await own.collect()).resourceMetrics.resource, given);
  assert.equal((await other.collect()).resourceMetrics.resource.attributes['telemetry.sdk.language'], 'nodejs');
});

test('the time is that of the machine where nobody says otherwise', async () => {
  const reader = new TestReader(new ManualReader());
  const before = Date.now();
  new MeterProvider({ readers: [reader.reader] }).getMeter('m').createCounter('i').add(1);
  const [point] = await reader.timed();
  assert.ok(point && before <= point.startMs && point.startMs <= point.endMs && point.endMs <= Date.now());
});

test('two providers have nothing in common', async () => {
  const [one, other] = [createEngine(), createEngine()];
  for (const [index, { meter }] of [one, other].entries()) meter.createCounter('i').add(index + 1);
  assert.deepEqual(await one.cumulative.points(), [[{}, 1]]);
  assert.deepEqual(await other.cumulative.points(), [[{}, 2]]);
});

test('a process ends by itself while a callback hangs and a collection is pending', async () => {
  const fixture = join(import.meta.dirname, 'fixtures', 'hanging-callback.ts');
  const { code, signal, stdout, stderr } = await runApp(['--conditions=@flowmeter/source', fixture]);
  assert.deepEqual([code, signal, stdout, stderr], [0, null, ['hanging'], []]);
});
