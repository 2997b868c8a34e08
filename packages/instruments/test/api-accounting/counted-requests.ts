import { apiAccounting, createDeltaforge, type ApiAccounting } from '@flowmeter/instruments/deltaforge';
import { deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import { views } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { collectSeries, type Series, type SeriesValue } from '../support/collected-series.ts';

/** An accounting of its own, and what it has counted. */
export interface CountedRequests {
  readonly api: ApiAccounting;
  /** One line `METHOD route status` a request, sorted, as soon as there are `total`; the histogram has been found to agree. */
  counted(total: number): Promise<readonly string[]>;
  /** The sum of all latencies, in seconds. */
  seconds(): Promise<number>;
}

export function countedRequests(): CountedRequests {
  const sdk = collectSeries(views(deltaforgeSet));
  const api = apiAccounting(createDeltaforge({ meterProvider: sdk.meterProvider, panicHook: false }));
  const counters = async (): Promise<readonly string[]> => linesOf(await sdk.series('deltaforge_api_requests'));
  const latencies = async (): Promise<readonly Series[]> => sdk.series('deltaforge_api_request_latency_seconds');
  return {
    api,
    async counted(total) {
      while ((await counters()).length < total) await setImmediate();
      // One that is counted twice would be so at about the same time.
      await setImmediate();
      const lines = await counters();
      assert.deepEqual(linesOf(await latencies()), lines);
      assert.equal(lines.length, total, lines.join('\n'));
      return lines;
    },
    seconds: async () =>
      (await latencies()).reduce((sum, { value }) => sum + (typeof value === 'object' ? (value.sum ?? 0) : 0), 0),
  };
}

function linesOf(series: readonly Series[]): readonly string[] {
  return series
    .flatMap(({ attributes: { method, route, status, ...others }, value }) => {
      assert.deepEqual(others, {});
      return Array.from({ length: countOf(value) }, () => `${String(method)} ${String(route)} ${String(status)}`);
    })
    .toSorted();
}

function countOf(value: SeriesValue): number {
  return typeof value === 'number' ? value : value.count;
}
