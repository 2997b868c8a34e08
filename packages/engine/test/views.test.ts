import type { ViewOptions } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import {
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  InstrumentType,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, namesOf } from './support/engine.ts';

const FULL: Attributes = { kept: 1, left: 2, out: 3 };

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

/** Of the counter `http.requests` with unit `1`, of the meter `m`, version `2`, schema `s`. */
const selectors: readonly (readonly [ViewOptions, boolean])[] = [
  [{ instrumentName: 'http.requests' }, true],
  [{ instrumentName: 'http.request' }, false],
  [{ instrumentName: 'http-requests' }, false],
  [{ instrumentName: '*' }, true],
  [{ instrumentName: 'http.*' }, true],
  [{ instrumentName: '*.requests*' }, true],
  [{ instrumentName: 'http' }, false],
  [{ instrumentName: 'http.request?' }, true],
  [{ instrumentName: 'http.requests?' }, false],
  [{ instrumentName: '?ttp*s' }, true],
  [{ instrumentType: InstrumentType.COUNTER }, true],
  [{ instrumentType: InstrumentType.GAUGE }, false],
  [{ instrumentUnit: '1' }, true],
  [{ instrumentUnit: '' }, false],
  [{ meterName: 'm' }, true],
  [{ meterName: 'n' }, false],
  [{ meterVersion: '2' }, true],
  [{ meterVersion: '1' }, false],
  [{ meterSchemaUrl: 's' }, true],
  [{ meterSchemaUrl: 't' }, false],
  [{ instrumentName: 'http.*', meterName: 'm', instrumentUnit: '1' }, true],
  [{ instrumentName: 'http.*', meterName: 'n' }, false],
];

for (const [selector, isSelected] of selectors) {
  test(`a view of ${JSON.stringify(selector)} ${isSelected ? 'selects' : 'leaves'} what it should`, async () => {
    const { provider, cumulative } = createEngine({ views: [{ ...selector, description: 'selected' }] });
    provider.getMeter('m', '2', { schemaUrl: 's' }).createCounter('http.requests', { unit: '1' }).add(1);
    const [metric] = await cumulative.metrics();
    assert.equal(metric?.descriptor.description, isSelected ? 'selected' : '');
  });
}

test('a view renames, to any name that an instrument may have', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', name: 'The-1st/of_i.all' }] });
  meter.createCounter('i').add(1);
  assert.deepEqual(namesOf(await cumulative.metrics()), ['The-1st/of_i.all']);
});

test('instruments that a view gives the same name, and that are the same otherwise, come together', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', name: 'j' }] });
  meter.createCounter('i').add(1);
  meter.createCounter('j').add(2);
  assert.deepEqual(await cumulative.points(), [[{}, 3]]);
});

const lists: readonly (readonly [string, ViewOptions['attributesProcessors'], Attributes])[] = [
  ['an allow list', [createAllowListAttributesProcessor(['kept', 'left', 'missing'])], { kept: 1, left: 2 }],
  ['an allow list of nothing', [createAllowListAttributesProcessor([])], {}],
  ['a deny list', [createDenyListAttributesProcessor(['out', 'left'])], { kept: 1 }],
  [
    'an allow and a deny list',
    [createAllowListAttributesProcessor(['kept', 'out']), createDenyListAttributesProcessor(['out'])],
    { kept: 1 },
  ],
  [
    'a processor of its own',
    [{ process: (incoming: Attributes) => ({ sum: Number(incoming['kept']) + Number(incoming['left']) }) }],
    { sum: 3 },
  ],
  [
    'a list and a processor of its own',
    [
      createAllowListAttributesProcessor(['kept']),
      { process: (incoming: Attributes) => ({ ...incoming, added: true }) },
    ],
    { kept: 1, added: true },
  ],
];

for (const [what, attributesProcessors = [], expected] of lists) {
  test(`a view with ${what} makes its attributes of those of each measurement, in all forms`, async () => {
    const { meter, cumulative, delta } = createEngine({ views: [{ instrumentName: 'i', attributesProcessors }] });
    const counter = meter.createCounter('i');
    counter.add(1, FULL);
    counter.add(1, FULL);
    counter.bind(FULL).add(1);
    counter.positional('out', 'left', 'kept')(3, 2, 1, 1);
    assert.deepEqual(await cumulative.points(), [[expected, 4]]);
    assert.deepEqual(await delta.points(), [[expected, 4]]);
  });
}

test('a view makes its attributes of those that callbacks observe', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['kept'])];
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', attributesProcessors }] });
  meter.createObservableGauge('i').addCallback((result) => result.observe(1, FULL));
  assert.deepEqual(await cumulative.points(), [[{ kept: 1 }, 1]]);
});

test('several views of one instrument make a stream each, with a limit each', async () => {
  const views = [
    { instrumentName: 'i', name: 'of_one', aggregationCardinalityLimit: 1 },
    { instrumentName: 'i', name: 'of_two', aggregationCardinalityLimit: 2 },
  ];
  const { meter, cumulative } = createEngine({ views });
  const counter = meter.createCounter('i');
  for (const id of [1, 2]) counter.add(id, { id });
  assert.deepEqual(await cumulative.points(), [
    [{ id: 1 }, 1],
    [{ 'otel.metric.overflow': true }, 2],
    [{ id: 1 }, 1],
    [{ id: 2 }, 2],
  ]);
});

test('several views of one instrument that give it different names are no conflict', () => {
  const views = ['j', 'k', undefined].map((name) => ({ instrumentName: 'i', ...(name === undefined ? {} : { name }) }));
  createEngine({ views }).meter.createCounter('i').add(1);
  assert.deepEqual(reports, []);
});
