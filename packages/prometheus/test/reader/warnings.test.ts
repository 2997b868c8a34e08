/** What the application's logger is told of a scrape. */
import { PrometheusReader } from '@flowmeter/prometheus';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { metricOf, pointOf } from '../conformance/support/foreign-producer.ts';
import { scraped } from '../conformance/support/endpoint.ts';
import { emptyResource } from '@opentelemetry/resources';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

/** A metric that is warned of by its name. */
function delta(name: string): MetricData {
  const aggregationTemporality = AggregationTemporality.DELTA;
  const dataPoints = [pointOf(1)];
  return metricOf(
    { dataPointType: DataPointType.SUM, isMonotonic: true, aggregationTemporality, dataPoints },
    { name },
  );
}

/** Scrapes a reader for which each scrape's metrics are to be warned of. */
function warnedOf(namesOf: (scrape: number) => readonly string[]): () => Promise<unknown> {
  let scrape = 0;
  const reader = new PrometheusReader();
  reader.setMetricProducer({
    async collect() {
      const metrics = namesOf((scrape += 1)).map((name) => delta(name));
      const scopeMetrics = [{ scope: { name: 'test' }, metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  });
  return scraped(reader).scrape;
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

test('a warning is given once', async () => {
  const scrape = warnedOf(() => ['a']);
  await scrape();
  await scrape();
  assert.deepEqual(reports, ['flowmeter: Prometheus endpoint: a is not exposed: its values are deltas']);
});

test('a name with control characters and line ends does not make a line of its own', async () => {
  await warnedOf(() => ['a\r\nflowmeter: b\t\u001b[31m\u0085\u2028c'])();
  assert.deepEqual(reports, [
    String.raw`flowmeter: Prometheus endpoint: a\r\nflowmeter: b\t\u001b[31m\u0085\u2028c is not exposed: its values are deltas`,
  ]);
});

test('a warning is cut off where it is long', async () => {
  await warnedOf(() => ['😀'.repeat(100_000)])();
  const [line = ''] = reports;
  assert.ok(line.length < 600 && line.endsWith('…') && line.isWellFormed());
});

test('a warning is known again by how it begins', async () => {
  await warnedOf(() => [`${'x'.repeat(200)}a`, `${'x'.repeat(200)}b`])();
  assert.equal(reports.length, 1);
});

test('after a thousand warnings new ones are still given', async () => {
  const scrape = warnedOf((count) => (count === 1 ? numbered('old', 1000) : ['new']));
  await scrape();
  await scrape();
  assert.equal(reports.length, 1001);
  assert.match(reports[1000] ?? '', /new is not exposed/);
});

test('of more than a thousand causes, a scrape gives ten warnings at most', async () => {
  const scrape = warnedOf(() => numbered('a', 1500));
  await scrape();
  assert.equal(reports.length, 1010);
  await scrape();
  assert.equal(reports.length, 1020);
});

test('a logger that fails costs nothing but its line', async () => {
  const ignore = (): void => {};
  const fail = (): never => {
    throw new Error('the logger is closed');
  };
  diag.setLogger(
    { error: ignore, warn: fail, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  await assert.doesNotReject(warnedOf(() => ['a'])());
});
