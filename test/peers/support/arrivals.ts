/** Where the load of each service arrives, and how it is found there. */
import { strictEqual } from 'node:assert/strict';
import { eventually } from './eventually.ts';
import type { Prometheus } from './prometheus.ts';
import { LOAD } from './service.ts';
import { DELTAS, TO_COLLECTOR, TO_PROMETHEUS, type UnderLoad } from './under-load.ts';
import { COLLECTED, OLD, PUSHED, SCRAPED, WRITTEN, type Way } from './ways.ts';

interface LoadMetric {
  /** In stores. */
  readonly name: string;
  /** In OTLP. */
  readonly otlpName: string;
  readonly perTick: number;
}

/** What each tick adds to. */
export const RECORDS: LoadMetric = {
  name: 'conveyor_router_records_received_total',
  otlpName: 'conveyor_router_records_received',
  perTick: LOAD.records,
};

const LATENCIES: LoadMetric = {
  name: 'conveyor_router_routing_latency_ms_count',
  otlpName: 'conveyor_router_routing_latency_ms',
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
      arrivals.push(isInOneSeries(store, selector(metric, job), recordedBy(service), way));
    }
    for (const service of Object.keys(DELTAS)) arrivals.push(deltasHaveArrived(service));

    async function deltasHaveArrived(service: string): Promise<void> {
      await eventually(() => strictEqual(taken.valueOf(service, metric.otlpName), recordedBy(service), service));
      // What the processor has added up, where it has been started since, is a part of it.
      const inTheProcessor = taken.addedUp(service, metric.otlpName);
      for (const way of [COLLECTED, WRITTEN] as const) {
        const message = `${service}, ${way}`;
        await isInOneSeries(underLoad.store(way), selector(metric, service), inTheProcessor, message);
      }
    }
  }
  await Promise.all(arrivals);
}

/** Finds the series of a metric of the load. */
export function selector({ name }: LoadMetric, job: string): string {
  return `${name}{job="${job}"}`;
}

/** How much of the deltas what adds them up has twice, by service and metric. */
export function deltasTwice({ taken }: UnderLoad): Record<string, number> {
  const metrics = Object.keys(DELTAS).flatMap((service) =>
    METRICS.map(({ otlpName }) => [service, otlpName] as const),
  );
  return Object.fromEntries(metrics.map(([service, name]) => [`${service} ${name}`, taken.twice(service, name)]));
}

async function isInOneSeries(store: Prometheus, query: string, value: number, message: string): Promise<void> {
  await eventually(async () => strictEqual(await store.valueOf(query), value, message));
  strictEqual((await store.samples(`${query}[1h]`)).length, 1, message);
}
