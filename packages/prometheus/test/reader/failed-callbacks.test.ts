/** Callbacks that fail during a scrape, whatever they throw. */
import { MeterProvider } from '@flowmeter/engine';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { reading, withoutDurations } from '../support/reading.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

const fail = (): never => {
  throw new Error('looked at');
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

const UNWRITABLE = 'something that cannot be written';

const THROWN: readonly (readonly [what: string, thrown: unknown, told: string])[] = [
  ['an object without a prototype', Object.create(null), UNWRITABLE],
  ['an object whose toString throws', { toString: fail }, UNWRITABLE],
  ['an object that cannot be a primitive', { [Symbol.toPrimitive]: fail }, UNWRITABLE],
  ['an error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: fail }), UNWRITABLE],
  [
    'an error whose message is no text',
    Object.assign(new RangeError('x'), { message: { toString: fail } }),
    'RangeError',
  ],
  ['an error whose name is no text', Object.assign(new Error('x'), { name: 10n }), 'x'],
  ['a proxy that was revoked', revoked.proxy, UNWRITABLE],
  ['null', null, 'null'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['a text of two lines', 'two\nlines', 'two lines'],
];

/** Series of the engine are read as they are when they are written, so what a scrape counts is in it. */
for (const [sdk, Provider, counted] of [
  ['the engine', MeterProvider, 2],
  ['sdk-metrics', SdkMeterProvider, 1],
] as const) {
  for (const [what, thrown, told] of THROWN) {
    test(`a callback of ${sdk} that throws ${what} is told and counted, and costs only its own data`, async () => {
      const { provider, reader, samples } = reading({}, {}, Provider);
      reader.setMeterProvider(provider);
      const meter = provider.getMeter('m');
      meter.createCounter('c').add(1);
      meter.createObservableGauge('g').addCallback(() => {
        throw thrown;
      });
      assert.deepEqual(withoutDurations(await samples()), ['c_total 1']);
      assert.deepEqual(withoutDurations(await samples()), [
        'c_total 1',
        `flowmeter_prometheus_failed_callbacks_total ${counted}`,
      ]);
      assert.deepEqual(reports, [`flowmeter: Prometheus endpoint: a callback failed: ${told}`]);
    });
  }
}

/** A reading whose only callback fails in other words each time. */
function failing(messageOf: (scrape: number) => string): ReturnType<typeof reading> {
  const made = reading();
  let scrape = 0;
  made.provider
    .getMeter('m')
    .createObservableGauge('g')
    .addCallback(() => {
      throw new Error(messageOf((scrape += 1)));
    });
  return made;
}

test('of failures in other words each time ten are told, and all are counted', async () => {
  const { provider, reader, samples } = failing((scrape) => `read ECONNREFUSED 1.2.3.4:${50_000 + scrape}`);
  reader.setMeterProvider(provider);
  for (let scrape = 1; scrape <= 15; scrape += 1) await samples();
  assert.deepEqual(withoutDurations(await samples()), ['flowmeter_prometheus_failed_callbacks_total 16']);
  assert.equal(reports.length, 11);
  assert.match(reports[9] ?? '', /: a callback failed: read ECONNREFUSED 1\.2\.3\.4:50010$/);
  assert.match(
    reports[10] ?? '',
    /in other words, which are only counted, in flowmeter_prometheus_failed_callbacks_total$/,
  );
});

test('where failures are not counted, the last line does not say so', async () => {
  const { samples } = failing((scrape) => `number ${scrape}`);
  for (let scrape = 1; scrape <= 15; scrape += 1) await samples();
  assert.equal(reports.length, 11);
  assert.match(reports[10] ?? '', /callbacks go on failing in other words, which are not told any more$/);
});

test('failures that begin alike are told once', async () => {
  const { samples } = failing((scrape) => `${'x'.repeat(200)}${scrape}`);
  await samples();
  await samples();
  assert.equal(reports.length, 1);
});
