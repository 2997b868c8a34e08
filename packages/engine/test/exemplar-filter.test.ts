import { MeterProvider, type ExemplarFilter } from '@flowmeter/engine';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, type TestEngine } from './support/engine.ts';
import { spanOf, startContexts, stopContexts, within } from './support/spans.ts';

const VARIABLE = 'OTEL_METRICS_EXEMPLAR_FILTER';

/** What a filter makes of a measurement in a sampled span, in an unsampled one, and in none. */
const filters: Readonly<Record<ExemplarFilter, readonly boolean[]>> = {
  trace_based: [true, false, false],
  always_on: [true, true, true],
  always_off: [false, false, false],
};

const before = process.env[VARIABLE];
let reports: readonly string[] = [];

beforeEach(() => {
  delete process.env[VARIABLE];
  reports = captureReports();
  startContexts();
});

afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
  stopReports();
  stopContexts();
});

for (const [filter, expected] of Object.entries(filters) as [ExemplarFilter, readonly boolean[]][]) {
  test(`the option ${filter} takes what it should`, async () => {
    assert.deepEqual(await taken(createEngine({ exemplarFilter: filter })), expected);
  });

  test(`${VARIABLE}=${filter} takes what it should`, async () => {
    process.env[VARIABLE] = filter;
    assert.deepEqual(await taken(createEngine()), expected);
  });
}

test('the filter is trace_based where nobody says otherwise', async () => {
  assert.deepEqual(await taken(createEngine()), filters.trace_based);
  process.env[VARIABLE] = '';
  assert.deepEqual(await taken(createEngine()), filters.trace_based);
  assert.deepEqual(reports, []);
});

test('the option goes before the variable', async () => {
  process.env[VARIABLE] = 'always_on';
  assert.deepEqual(await taken(createEngine({ exemplarFilter: 'always_off' })), filters.always_off);
});

test('the variable may be in capitals, with blanks around it', async () => {
  process.env[VARIABLE] = ' Always_On ';
  assert.deepEqual(await taken(createEngine()), filters.always_on);
  assert.deepEqual(reports, []);
});

test('a variable that says something else is a warning that names it, and trace_based', async () => {
  process.env[VARIABLE] = 'sometimes';
  assert.deepEqual(await taken(createEngine()), filters.trace_based);
  assert.deepEqual(reports, [
    `flowmeter: ${VARIABLE} is "sometimes"; allowed is trace_based, always_on, always_off; trace_based is used`,
  ]);
});

test('an option that says something else is an error', () => {
  assert.throws(() => new MeterProvider({ exemplarFilter: 'sometimes' as ExemplarFilter }), {
    name: 'RangeError',
    message: 'exemplarFilter is "sometimes"; allowed is trace_based, always_on, always_off',
  });
});

test('always_on takes what is recorded where there is no context manager, without trace and span', async () => {
  stopContexts();
  const { meter, cumulative } = createEngine({ exemplarFilter: 'always_on' });
  const counter = meter.createCounter('i');
  counter.add(1, { form: 'unbound' });
  counter.bind({ form: 'bound' }).add(2);
  counter.positional('form')('positional', 3);
  assert.deepEqual(
    (await cumulative.timed()).map(({ exemplars }) => exemplars),
    [1, 2, 3].map((value) => [{ filteredAttributes: {}, value, timestamp: [1000, 0] }]),
  );
});

/** Which of three measurements become exemplars, in each of the three forms. */
async function taken({ meter, cumulative }: TestEngine): Promise<readonly boolean[]> {
  const counter = meter.createCounter('i');
  const positional = counter.positional('at', 'form');
  const places = [spanOf(1), spanOf(2, false), undefined];
  for (const [at, span] of places.entries()) {
    const record = (): void => {
      counter.add(1, { at, form: 'unbound' });
      counter.bind({ at, form: 'bound' }).add(1);
      positional(at, 'positional', 1);
    };
    if (span === undefined) record();
    else within(span, record);
  }
  const points = await cumulative.timed();
  const answers = places.map((_, at) =>
    points.filter(({ attributes }) => attributes['at'] === at).map(({ exemplars }) => exemplars !== undefined),
  );
  for (const ofPlace of answers) assert.equal(new Set(ofPlace).size, 1);
  return answers.map(([answer]) => answer ?? false);
}
