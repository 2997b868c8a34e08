/** Every instrument of every set, recorded in a real application and read back from both exports. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startOtlpReceiver, type Series } from '@flowmeter-examples/otlp-receiver';
import { instrumentSets } from '@flowmeter/instruments';
import { fixture, REGISTER_FROM_SOURCE, startApp } from './support/child-app.ts';
import { resultOf, samplesOf, sumOf } from './support/expected-samples.ts';
import { keyOf, scrape, type PrometheusText } from './support/prometheus-text.ts';
import { isOfSelf, withoutSelf } from './support/self-metrics.ts';
import { CONSTANT, planSeries, type PlannedSeries } from './support/planned-series.ts';

const planned = planSeries();
const systems = [...new Set(planned.map(({ scope }) => scope))];
let scraped: PrometheusText;
let pushed: Series[];

before(async () => {
  await using receiver = await startOtlpReceiver();
  await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-everything.ts')], {
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      FLOWMETER_EXIT_TIMEOUT_MS: '10000',
    },
  });
  const url = await app.prometheusUrl();
  await app.line(/^recorded$/);
  scraped = await scrape(url);
  const { code, stderr } = await app.end();
  deepStrictEqual({ code, lines: stderr.length }, { code: 0, lines: 1 }, stderr.join('\n'));
  pushed = withoutSelf(receiver.metrics());
});

it('the plan reaches every instrument of the four systems', () => {
  deepStrictEqual(systems, ['conveyor', 'roboflow', 'deltaforge', 'krafka']);
  const names = instrumentSets.flatMap(({ definitions }) => Object.values(definitions).map(({ name }) => name));
  deepStrictEqual(new Set(planned.map(({ definition }) => definition.name)), new Set(names));
  ok(names.length > 100, `${names.length} instruments`);
});

for (const system of systems) {
  const ofSystem = planned.filter(({ scope }) => scope === system);

  describe(`${system}, scraped`, () => {
    it('shows each series with what was recorded into it, and no other series or label', () => {
      const samples = scraped.samples.filter(({ name }) => name.startsWith(`${system}_`));
      assertSame(samples, ofSystem.flatMap(samplesOf));
    });

    it('shows each family once, with the type and the help of its instrument', () => {
      const families = scraped.families.filter(({ name }) => name.startsWith(`${system}_`));
      const expected = definitionsOf(ofSystem).map(({ name, instrument, description }) => ({
        name: instrument === 'counter' ? `${name}_total` : name,
        type: instrument === 'upDownCounter' ? 'gauge' : instrument,
        help: description,
      }));
      deepStrictEqual(families.toSorted(byName), expected.toSorted(byName));
    });
  });

  describe(`${system}, pushed`, () => {
    it('brings each series with what was recorded into it, and no other series or attribute', () => {
      const received = pushed.filter(({ scope }) => scope === system).map(valuesOf);
      assertSame(received, ofSystem.map(pointOf));
    });

    it('describes each instrument, under a unit that no translation appends to the name', () => {
      for (const { name, description } of definitionsOf(ofSystem)) {
        const ofName = pushed.filter((series) => series.name === name);
        ok(ofName.length > 0, `${name} was pushed`);
        for (const series of ofName) {
          strictEqual(series.description, description);
          const appended = { s: '_seconds', By: '_bytes', 1: '_ratio' }[series.unit];
          ok(/^\{[^{}]+\}$/.test(series.unit) || (appended && name.endsWith(appended)), `${name} in ${series.unit}`);
        }
      }
    });
  });
}

it('a scrape shows nothing beside the sets and itself but what it is about', () => {
  const others = scraped.samples.filter(
    (sample) => !isOfSelf(sample) && !systems.some((system) => sample.name.startsWith(`${system}_`)),
  );
  deepStrictEqual(
    others.map(({ name, value }) => ({ name, value })),
    [{ name: 'target_info', value: 1 }],
  );
});

it('a push brings nothing beside the sets and itself', () => {
  deepStrictEqual(new Set(pushed.map(({ scope }) => scope)), new Set(systems));
  strictEqual(pushed.length, planned.length);
});

function definitionsOf(series: readonly PlannedSeries[]): PlannedSeries['definition'][] {
  return [...new Set(series.map(({ definition }) => definition))];
}

/** The point of a push that a series makes. */
function pointOf({ definition, attributes, values }: PlannedSeries): Point {
  const { name, instrument, boundaries = [] } = definition;
  const identity = { name, labels: { ...CONSTANT, ...attributes } };
  switch (instrument) {
    case 'gauge':
      return { ...identity, kind: 'gauge', value: resultOf(instrument, values) };
    case 'counter':
    case 'upDownCounter': {
      const monotonic = instrument === 'counter';
      return { ...identity, kind: 'sum', monotonic, temporality: 'cumulative', value: resultOf(instrument, values) };
    }
    case 'histogram': {
      const edges = [-Infinity, ...boundaries, Infinity];
      const between = (low: number, high: number): number => values.filter((v) => v > low && v <= high).length;
      return {
        ...identity,
        kind: 'histogram',
        temporality: 'cumulative',
        count: values.length,
        sum: sumOf(values),
        min: Math.min(...values),
        max: Math.max(...values),
        boundaries: [...boundaries],
        bucketCounts: edges.slice(1).map((high, index) => between(edges[index] ?? NaN, high)),
      };
    }
  }
}

/** What tells a series from others. */
interface Identity {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Point extends Identity {
  readonly [field: string]: unknown;
}

/** A received series in the terms of {@link pointOf}; what is compared elsewhere is left out. */
function valuesOf(series: Series): Point {
  const { attributes, unit: _unit, description: _help, scope: _scope, ...rest } = series;
  const { startTimeUnixNano, timeUnixNano, ...values } = rest;
  ok(startTimeUnixNano > 0n && timeUnixNano >= startTimeUnixNano, `${series.name} has its times`);
  return { ...values, labels: attributes };
}

/** Compares series by series, so that a difference shows the series that differs and not hundreds. */
function assertSame(actual: readonly Identity[], expected: readonly Identity[]): void {
  const [actualByKey, expectedByKey] = [byKey(actual), byKey(expected)];
  deepStrictEqual([...actualByKey.keys()].toSorted(), [...expectedByKey.keys()].toSorted());
  for (const [key, item] of expectedByKey) deepStrictEqual(actualByKey.get(key), item);
}

function byKey(items: readonly Identity[]): Map<string, Identity> {
  const map = new Map(items.map((item) => [`${item.name}${keyOf(item.labels)}`, item]));
  strictEqual(map.size, items.length, 'no series twice');
  return map;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
