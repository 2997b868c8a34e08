/** Over an exporter that does not keep to its time-out, as where a name is looked up or a connection is made in vain. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, AggregationType } from '@opentelemetry/sdk-metrics';
import { OutageReporter } from '../src/metrics/outage-reporter.ts';

const METRICS = { resource: resourceFromAttributes({}), scopeMetrics: [] };

it('makes one push after the other, gives one up in time, and tells the reader at once', async () => {
  const underWay: (() => void)[] = [];
  const said: string[] = [];
  const abandoned: string[] = [];
  const stuck = {
    push: () => new Promise<void>((resolve) => void underWay.push(resolve)),
    abandon: ({ message }: Error) => void abandoned.push(message),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    selectAggregation: () => ({ type: AggregationType.DEFAULT }) as const,
    shutdown: async () => {},
  };
  const say = (message: string): void => void said.push(message);
  const reporter = new OutageReporter(
    stuck,
    300,
    'the collector',
    { debug() {}, info: say, warn: say, error: say },
    () => {},
  );
  const told: ExportResult[] = [];
  const hold = setInterval(() => {}, 1000);

  reporter.export(METRICS, (result) => told.push(result));
  reporter.export(METRICS, (result) => told.push(result));
  deepStrictEqual(told, [{ code: ExportResultCode.SUCCESS }, { code: ExportResultCode.SUCCESS }]);
  await new Promise(setImmediate);
  strictEqual(underWay.length, 1, 'the second waits for the first');

  await reporter.forceFlush();
  strictEqual(underWay.length, 2);
  deepStrictEqual(abandoned, ['no answer within 300 ms', 'no answer within 300 ms']);
  strictEqual(said.length, 1);
  match(said[0] ?? '', /^OTLP push to the collector fails \(no answer within 300 ms\)/);

  reporter.export(METRICS, () => {});
  await new Promise(setImmediate);
  underWay[2]?.();
  await reporter.forceFlush();
  clearInterval(hold);
  deepStrictEqual(said.slice(1), ['OTLP push to the collector works again, after 2 failed pushes']);
});
