/** Over an exporter that does not keep to its time-out, as where a name is looked up or a connection is made in vain. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, AggregationType } from '@opentelemetry/sdk-metrics';
import { OutageReporter } from '../src/metrics/outage-reporter.ts';

const METRICS = { resource: resourceFromAttributes({}), scopeMetrics: [] };

it('gives up a push in time, and begins no other while that one holds the process', async () => {
  const underWay: ((result: ExportResult) => void)[] = [];
  const said: string[] = [];
  const stuck = {
    export: (_metrics: unknown, done: (result: ExportResult) => void) => void underWay.push(done),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    selectAggregation: () => ({ type: AggregationType.DEFAULT }) as const,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const say = (message: string): void => void said.push(message);
  const reporter = new OutageReporter(stuck, 30, 'the collector', { info: say, warn: say, error: say }, () => {});
  const push = (): Promise<ExportResult> => new Promise((resolve) => reporter.export(METRICS, resolve));

  const told = { code: ExportResultCode.SUCCESS };
  deepStrictEqual(await push(), told, 'the reader is told that all is well');
  deepStrictEqual(await push(), told);
  strictEqual(underWay.length, 1);
  strictEqual(said.length, 1);
  match(said[0] ?? '', /^OTLP push to the collector fails \(no answer within 30 ms\)/);

  underWay[0]?.({ code: ExportResultCode.SUCCESS });
  await new Promise(setImmediate);
  const third = push();
  strictEqual(underWay.length, 2);
  underWay[1]?.({ code: ExportResultCode.SUCCESS });
  await third;
  deepStrictEqual(said.slice(1), ['OTLP push to the collector works again, after 2 failed pushes']);
});
