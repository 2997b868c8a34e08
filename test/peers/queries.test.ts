/** The queries of the systems' own dashboards, asked as they stand: they give what was recorded meanwhile. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus, oldPrometheus } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';
import type { Recording, Service } from './support/service.ts';
import { OLD, startServices, startWays, WAYS, type Ways } from './support/ways.ts';

const running = new AsyncDisposableStack();
const skipAll = missing(collector, newPrometheus);
let stores: Ways['stores'];
let services: readonly Service[];

/** What the stores have first. */
const RECEIVED_BEFORE = 300;
/** What they have then beside it. */
const RECEIVED = 250;
const LATENCIES = Array.from({ length: 10 }, () => 15.5);
const END_TO_END = Array.from({ length: 4 }, () => 0.02);
const BATCHES = [7, 11, 30];
const DELIVERED = 1200;

before(async () => {
  if (skipAll !== false) return;
  const ways = await startWays(running);
  stores = ways.stores;
  services = await startServices(running, ways.services);
  // Prometheus continues a rate to the start of its range, but not where the counter would have been below zero. Each
  // has more before than is added, so all rates are continued alike, and what is computed from two of them is exact.
  await recordAll(
    ['recordRecordsReceived', 'kafka-source-1', RECEIVED_BEFORE],
    ...[...LATENCIES, ...LATENCIES.map(() => 3000)].map(latencyOf),
    ...[...END_TO_END, ...END_TO_END.map(() => 20)].map(endToEndOf),
    ...BATCHES.map(() => 2000).map(batchOf),
    ['sinkEvents', 'orders', 'kafka', DELIVERED],
    ['recordBufferUtilization', 'filter-stage', 0.95],
    ['recordRaftState', true, 42],
  );
  await arrived('conveyor_router_raft_is_leader', 1);
  await recordAll(['recordRaftState', false, 43]);
  await arrived('conveyor_router_raft_is_leader', 0);
  await recordAll(
    ['recordRecordsReceived', 'kafka-source-1', RECEIVED],
    ...LATENCIES.map(latencyOf),
    ...END_TO_END.map(endToEndOf),
    ...BATCHES.map(batchOf),
    ['sinkEvents', 'orders', 'kafka', DELIVERED],
    ['recordBufferUtilization', 'filter-stage', 0.45],
    ['sourceLag', 'orders', 'mysql', 1.25],
    ['sourceLag', 'orders', 'postgres', 0.5],
    ['pipelineStatus', 'orders', 1],
    ['pipelineStatus', 'invoices', 0.5],
    ['recordRaftState', true, 44],
  );
  await arrived('conveyor_router_raft_is_leader', 1);
});
after(() => running.disposeAsync());

for (const way of WAYS) {
  const skip = skipAll || (way === OLD && missing(oldPrometheus));
  const store = (): PromqlApi => stores.get(way) ?? fail(way);

  describe(way, () => {
    it(`${way}: Conveyor's records per second are those received`, { skip }, async () => {
      const counter = 'conveyor_router_records_received_total';
      const [all] = await store().samples(`${counter}[1h]`);
      // As soon as the records were there: whatever else took long, they are in the minute before.
      const there = all?.values.find(({ value }) => value === RECEIVED_BEFORE + RECEIVED)?.seconds ?? NaN;
      const [minute] = await store().samples(`${counter}[1m]`, there);
      const [first, last] = [minute?.values[0], minute?.values.at(-1)];
      ok(first && last && last.value - first.value === RECEIVED, `the minute has ${JSON.stringify(minute?.values)}`);
      // Prometheus continues the slope to the ends of the minute, as far as the samples suggest.
      const rate = await store().valueOf(`rate(${counter}[1m])`, there);
      ok(rate >= RECEIVED / 60 && rate <= RECEIVED / (last.seconds - first.seconds), `${rate} a second`);
    });

    it(`${way}: Conveyor's 99th percentile is that of the latencies`, { skip }, async () => {
      const query = 'histogram_quantile(0.99, rate(conveyor_router_routing_latency_ms_bucket[5m]))';
      // All are between the bounds 10 and 25.
      assertClose(await store().valueOf(query), 10 + 0.99 * (25 - 10));
    });

    it(`${way}: Conveyor's buffer utilization is the last one`, { skip }, async () => {
      strictEqual(await store().valueOf('conveyor_router_buffer_utilization'), 0.45);
    });

    it(`${way}: Conveyor's leader elections are counted`, { skip }, async () => {
      strictEqual(await store().valueOf('changes(conveyor_router_raft_is_leader[1h])'), 2);
    });

    it(`${way}: DeltaForge's averages of batches are those of the events recorded`, { skip }, async () => {
      const average = 'rate(deltaforge_batch_events_sum[5m]) / rate(deltaforge_batch_events_count[5m])';
      assertClose(await store().valueOf(average), sum(BATCHES) / BATCHES.length);
    });

    it(`${way}: DeltaForge's end-to-end quantile is that of the latencies`, { skip }, async () => {
      const query = 'histogram_quantile(0.5, sum by (le) (rate(deltaforge_e2e_latency_seconds_bucket[5m])))';
      assertClose(await store().valueOf(query), 0.01 + 0.5 * (0.025 - 0.01));
    });

    it(`${way}: DeltaForge's throughput of a pipeline counts its events, and no others`, { skip }, async () => {
      const rate = 'rate(deltaforge_sink_events_total{pipeline="orders"}[5m])';
      const perBatchEvent = `sum by (pipeline) (${rate}) / sum by (pipeline) (rate(deltaforge_batch_events_sum[5m]))`;
      assertClose(await store().valueOf(perBatchEvent), DELIVERED / sum(BATCHES));
    });

    it(`${way}: DeltaForge's greatest lag and its running pipelines are found`, { skip }, async () => {
      strictEqual(await store().valueOf('max by (pipeline) (deltaforge_source_lag_seconds)'), 1.25);
      const [furthest] = await store().query('topk(1, deltaforge_source_lag_seconds)');
      deepStrictEqual([furthest?.labels['source'], furthest?.value], ['mysql', 1.25]);
      strictEqual(await store().valueOf('count(deltaforge_pipeline_status == 1)'), 1);
    });
  });
}

/** Has everything pushed, and waits until a query has this value in all stores. */
async function arrived(query: string, value: number): Promise<void> {
  await Promise.all(services.map((service) => service.flush()));
  for (const [way, store] of stores) {
    await eventually(async () => strictEqual(await store.valueOf(query), value, `${way}: ${query}`));
  }
}

async function recordAll(...recordings: readonly Recording[]): Promise<void> {
  await Promise.all(services.map((service) => service.record(...recordings)));
}

function latencyOf(milliseconds: number): Recording {
  return ['recordRoutingLatency', 'user-analytics', milliseconds];
}

function endToEndOf(seconds: number): Recording {
  return ['e2eLatency', 'orders', seconds];
}

function batchOf(events: number): Recording {
  return ['batchEvents', 'orders', events];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Prometheus computes in doubles. */
function assertClose(actual: number, expected: number): void {
  ok(Math.abs(actual - expected) < 1e-9 * expected, `${actual} is not ${expected}`);
}

function fail(way: string): never {
  throw new Error(`nothing is ${way}`);
}
