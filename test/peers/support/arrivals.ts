/** Where the load of each service arrives, and how it is found there. */
import { ok, strictEqual } from 'node:assert/strict';
import { eventually } from './eventually.ts';
import type { Prometheus } from './prometheus.ts';
import { LOAD } from './service.ts';
import type { DeltaSeries } from './taken-deltas.ts';
import { DELTAS, TO_COLLECTOR, TO_PROMETHEUS, type UnderLoad } from './under-load.ts';
import { COLLECTED, OLD, PUSHED, SCRAPED, WRITTEN, type Way } from './ways.ts';

interface LoadMetric {
  /** In stores. */
  readonly name: string;
  /** In OTLP. */
  readonly otlpName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly perTick: number;
}

/** What each tick adds to. */
export const RECORDS: LoadMetric = {
  name: 'conveyor_router_records_received_total',
  otlpName: 'conveyor_router_records_received',
  attributes: { source_id: LOAD.source },
  perTick: LOAD.records,
};

const LATENCIES: LoadMetric = {
  name: 'conveyor_router_routing_latency_ms_count',
  otlpName: 'conveyor_router_routing_latency_ms',
  attributes: { pipeline_id: LOAD.source },
  perTick: 1,
};

const METRICS = [RECORDS, LATENCIES];

/** Whose totals a store has, and under which job. */
export const SOURCES: Readonly<Record<Way, { readonly service: string; readonly job: string }>> = {
  [OLD]: { service: TO_COLLECTOR, job: 'scraped' },
  [SCRAPED]: { service: TO_COLLECTOR, job: 'scraped' },
  [COLLECTED]: { service: TO_COLLECTOR, job: TO_COLLECTOR },
  [WRITTEN]: { service: TO_COLLECTOR, job: TO_COLLECTOR },
  [PUSHED]: { service: TO_PROMETHEUS, job: TO_PROMETHEUS },
};

/** Waits until everything that paused services have recorded in their present life is in every store, in one series. */
export async function allHaveArrived(underLoad: UnderLoad): Promise<void> {
  const { ways, taken } = underLoad;
  const arrivals: Promise<void>[] = [];
  for (const metric of METRICS) {
    const recordedBy = (service: string): number => underLoad.service(service).ticks * metric.perTick;
    for (const [way, store] of ways.stores) {
      const { service, job } = SOURCES[way];
      arrivals.push(
        isInOneSeries(store, selector(metric, job), (value) => strictEqual(value, recordedBy(service), way)),
      );
    }
    for (const service of Object.keys(DELTAS)) arrivals.push(deltasHaveArrived(service));

    async function deltasHaveArrived(service: string): Promise<void> {
      const series = inDeltas(metric, service);
      await eventually(() => strictEqual(taken.valueOf(series), recordedBy(service), service));
      for (const way of [COLLECTED, WRITTEN] as const) {
        // It may be more: what has come twice, the processor adds up as well.
        await isInOneSeries(underLoad.store(way), selector(metric, service), (value) => {
          const least = taken.sinceCollectorStart(series);
          ok(value >= least, `${service}, ${way}: ${value} is less than ${least}`);
        });
      }
    }
  }
  await Promise.all(arrivals);
}

/** Finds the series of a metric of the load. */
export function selector({ name }: LoadMetric, job: string): string {
  return `${name}{job="${job}"}`;
}

/** The same in the deltas of a service. */
export function inDeltas({ otlpName, attributes }: LoadMetric, service: string): DeltaSeries {
  return [service, otlpName, attributes];
}

/** How much of the deltas that were taken since the collector was started is twice in a store, by service and metric. */
export async function deltasTwice(underLoad: UnderLoad): Promise<Map<string, number>> {
  const twice = new Map<string, number>();
  for (const service of Object.keys(DELTAS)) {
    for (const metric of METRICS) {
      const value = await underLoad.store(WRITTEN).valueOf(selector(metric, service));
      const taken = underLoad.taken.sinceCollectorStart(inDeltas(metric, service));
      twice.set(`${service} ${metric.otlpName}`, value - taken);
    }
  }
  return twice;
}

async function isInOneSeries(store: Prometheus, query: string, check: (value: number) => void): Promise<void> {
  await eventually(async () => check(await store.valueOf(query)));
  strictEqual((await store.samples(`${query}[1h]`)).length, 1, query);
}
