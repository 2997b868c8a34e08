import { instrumentSets, views } from '@flowmeter/instruments';
import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createKrafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { fc } from './support/properties.ts';
import { captureReports, stopReports } from './support/reports.ts';
import { createUntyped, measure } from './support/untyped-instruments.ts';

/** What a call may be given by code that no compiler has seen. */
const anything = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.double(),
  fc.constantFrom(Symbol('any'), () => {}, new Proxy({}, { ownKeys: () => fail(), get: () => fail() })),
  fc.record({ get: fc.anything() }).map(({ get }) => Object.defineProperty({}, 'key', thrower(get))),
);

const attributes = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom('pipeline', 'source_id', '__proto__', 'toString'), anything),
);

before(captureReports);
after(stopReports);

for (const set of instrumentSets) {
  for (const withViews of [false, true]) {
    const { meterProvider } = collectSeries(withViews ? views(set) : []);
    const created = createUntyped(set, { meterProvider, attributes: { tenant: 'acme' } });

    test(`no value and no attributes make ${set.prefix}* throw, ${withViews ? 'with' : 'without'} views`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...created), anything, attributes, ({ definition, instrument }, value, given) => {
          measure(instrument, value, given);
          measure(instrument.bind(given), value);
          instrument.positional(...Object.keys(definition.attributes))(given, value, value, value, value);
        }),
      );
    });
  }
}

test('no arguments make a function of Conveyor or a record call of Krafka throw', () => {
  const { meterProvider } = collectSeries();
  const krafka = createKrafka({ meterProvider, topicLimit: 3 });
  const calls = [createConveyor({ meterProvider }), krafka.producer, krafka.consumer, krafka.connection].flatMap(
    (owner) => functionsOf(owner, /^record[A-Z][a-zA-Z]*$/),
  );
  assert.equal(calls.length, 11 + 7 + 7 + 3);
  fc.assert(
    fc.property(fc.constantFrom(...calls), fc.array(anything, { maxLength: 3 }), (call, args) => call(...args)),
    { numRuns: 500 },
  );
});

test('no arguments make a gauge of Krafka throw, or lead it from the finite numbers of 0 or more', () => {
  const { meterProvider } = collectSeries();
  const { lag } = createKrafka({ meterProvider }).consumer;
  const calls = functionsOf(lag, /^(set|inc|dec)$/);
  fc.assert(
    fc.property(fc.constantFrom(...calls), anything, (call, value) => {
      call(value);
      assert.ok(lag.get() >= 0 && Number.isFinite(lag.get()));
    }),
    { numRuns: 500 },
  );
});

test('the good values among any others come to their sum', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.nat(1000), anything), { maxLength: 20 }), async (values) => {
      const { meterProvider, value } = collectSeries();
      const { recordsReceived } = createConveyor({ meterProvider });
      recordsReceived.add(0, { source_id: 's' });
      for (const each of values) recordsReceived.add(each as number, { source_id: 's' });
      const good = values.filter(
        (each) => typeof each === 'number' && each >= 0 && each <= Number.MAX_VALUE,
      ) as number[];
      assert.equal(
        await value('conveyor_router_records_received'),
        good.reduce((sum, next) => sum + next, 0),
      );
    }),
  );
});

function functionsOf(owner: object, names: RegExp): ((...args: unknown[]) => void)[] {
  return Object.entries(owner)
    .filter(([name, member]) => names.test(name) && typeof member === 'function')
    .map(([, member]) => member as (...args: unknown[]) => void);
}

function thrower(thrown: unknown): PropertyDescriptor {
  return {
    enumerable: true,
    get: () => {
      throw thrown;
    },
  };
}

function fail(): never {
  throw new Error('not readable');
}
