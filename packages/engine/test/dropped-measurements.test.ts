import type { EngineMeter } from '@flowmeter/engine';
import { diag, DiagLogLevel, ValueType } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

/** Records the values, each with the attribute `a`. */
type Use = (meter: EngineMeter, values: readonly unknown[]) => void;

const GROWING = 'takes a finite number of 0 or more';
const SIGNED = 'takes a finite number';

/** All forms of all kinds, whether they take negative values, and what is said of them. */
const forms: readonly (readonly [form: string, takesNegative: boolean, takes: string, use: Use])[] = [
  [
    'a counter',
    false,
    `a counter ${GROWING}`,
    (meter, values) => each(values, (v) => meter.createCounter('i').add(v, SET)),
  ],
  ['a bound counter', false, `a counter ${GROWING}`, boundCounter],
  ['a positional counter', false, `a counter ${GROWING}`, positionalCounter],
  [
    'an up-down counter',
    true,
    `an up-down counter ${SIGNED}`,
    (meter, values) => each(values, (v) => meter.createUpDownCounter('i').add(v, SET)),
  ],
  ['a gauge', true, `a gauge ${SIGNED}`, (meter, values) => each(values, (v) => meter.createGauge('i').record(v, SET))],
  [
    'a histogram',
    false,
    `a histogram ${GROWING}`,
    (meter, values) => each(values, (v) => meter.createHistogram('i').record(v, SET)),
  ],
  [
    'an observable counter',
    false,
    `an observable counter ${GROWING}`,
    (meter, values) =>
      meter.createObservableCounter('i').addCallback((result) => each(values, (v) => result.observe(v, SET))),
  ],
  [
    'an observable up-down counter',
    true,
    `an observable up-down counter ${SIGNED}`,
    (meter, values) =>
      meter.createObservableUpDownCounter('i').addCallback((result) => each(values, (v) => result.observe(v, SET))),
  ],
  [
    'an observable gauge',
    true,
    `an observable gauge ${SIGNED}`,
    (meter, values) =>
      meter.createObservableGauge('i').addCallback((result) => each(values, (v) => result.observe(v, SET))),
  ],
];

const SET = { a: 1 };

const bad: readonly (readonly [unknown, reason: string, shown: string])[] = [
  [Number.NaN, 'not_finite', 'NaN'],
  [Number.POSITIVE_INFINITY, 'not_finite', 'Infinity'],
  [Number.NEGATIVE_INFINITY, 'not_finite', '-Infinity'],
  ['5', 'not_a_number', '"5"'],
  ['x'.repeat(1000), 'not_a_number', `"${'x'.repeat(40)}…"`],
  [5n, 'not_a_number', '5n'],
  [null, 'not_a_number', 'null'],
  [undefined, 'not_a_number', 'undefined'],
  [true, 'not_a_number', 'true'],
  [{ valueOf: () => 5 }, 'not_a_number', 'an object'],
  [[5], 'not_a_number', 'an object'],
  [() => 5, 'not_a_number', 'a function'],
  [Symbol('five'), 'not_a_number', 'Symbol(five)'],
];

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [form, takesNegative, takes, use] of forms) {
  const all = takesNegative ? bad : [...bad, [-1, 'negative', '-1'] as const];
  for (const [value, reason, shown] of all) {
    test(`${form} drops ${shown.slice(0, 20)}, counts it, and warns of it once`, async () => {
      const { meter, cumulative } = createEngine();
      use(meter, [value, value]);
      assert.deepEqual(await cumulative.metrics(), []);
      assert.deepEqual(reports, [`flowmeter: i: dropped ${shown}; ${takes} (reported once)`]);
      // Callbacks are called for the second collection as well.
      const counted = form.includes('observable') ? 4 : 2;
      assert.deepEqual(await cumulative.self('flowmeter.engine.dropped_measurements'), [
        [{ 'meter.name': 'test', 'instrument.name': 'i', reason }, counted],
      ]);
    });
  }
}

for (const valueType of [ValueType.INT, ValueType.DOUBLE]) {
  test(`what is good among what is bad is recorded (value type ${ValueType[valueType]})`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter('i', { valueType });
    const positional = counter.positional('a');
    const bound = counter.bind(SET);
    for (const value of [1, Number.NaN, 2, -1, 4, Infinity]) {
      counter.add(value, SET);
      bound.add(value);
      positional(1, value);
    }
    assert.deepEqual(await cumulative.points(), [[SET, 21]]);
    assert.equal(reports.length, 1);
  });
}

test('the largest numbers and the smallest step from zero are taken', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createGauge('i');
  for (const value of [-Number.MAX_VALUE, Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE]) {
    gauge.bind().record(value);
    assert.deepEqual(await cumulative.points(), [[{}, value]]);
  }
  assert.deepEqual(reports, []);
});

test('each instrument warns for itself, and is counted by its meter and name', async () => {
  const { provider, cumulative } = createEngine();
  for (const [scope, name] of [
    ['m', 'i'],
    ['m', 'j'],
    ['n', 'i'],
  ] as const) {
    provider.getMeter(scope).createCounter(name).add(-1);
  }
  assert.equal(reports.length, 3);
  assert.deepEqual(
    (await cumulative.self('flowmeter.engine.dropped_measurements')).map(([attributes]) => [
      attributes['meter.name'],
      attributes['instrument.name'],
    ]),
    [
      ['m', 'i'],
      ['m', 'j'],
      ['n', 'i'],
    ],
  );
});

test('a logger that throws makes no recording throw', () => {
  const { meter } = createEngine({ views: [{ meterName: 'test', aggregationCardinalityLimit: 1 }] });
  const counter = meter.createCounter('i', { valueType: ValueType.INT });
  const fail = (): never => {
    throw new Error('disk full');
  };
  diag.setLogger(
    { error: fail, warn: fail, info: () => {}, debug: () => {}, verbose: () => {} },
    {
      logLevel: DiagLogLevel.WARN,
      suppressOverrideMessage: true,
    },
  );
  for (const [index, value] of [1.5, Number.NaN, 1].entries()) counter.add(value, { index });
});

test('where nothing is dropped there is no metric of it', async () => {
  const { meter, cumulative } = createEngine();
  meter.createCounter('i').add(1);
  assert.deepEqual(await cumulative.self('flowmeter.engine.dropped_measurements'), []);
});

function each(values: readonly unknown[], record: (value: number) => void): void {
  for (const value of values) record(value as number);
}

function boundCounter(meter: EngineMeter, values: readonly unknown[]): void {
  const bound = meter.createCounter('i').bind(SET);
  each(values, (value) => bound.add(value));
}

function positionalCounter(meter: EngineMeter, values: readonly unknown[]): void {
  const positional = meter.createCounter('i').positional('a');
  each(values, (value) => positional(1, value));
}
