import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { metrics } from '@opentelemetry/api';
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Router } from '../src/router.ts';
import { countingPipeline, memoryDelivery, memorySink } from './synthetic-pipeline.ts';
import { temporaryDirectory } from './temporary-directory.ts';

class ManualReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

const reader = new ManualReader();
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

/** Every series as `name labels` with its value, of a histogram the count. */
async function collect(): Promise<Map<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const series = new Map<string, number>();
  for (const { metrics: ofScope } of resourceMetrics.scopeMetrics) {
    for (const { descriptor, dataPointType, dataPoints } of ofScope) {
      for (const { attributes, value } of dataPoints) {
        const labels = Object.values(attributes).join(' ');
        const name = `${descriptor.name.replace('conveyor_router_', '')} ${labels}`.trim();
        const number = dataPointType === DataPointType.HISTOGRAM ? (value as { count: number }).count : value;
        series.set(name, number as number);
      }
    }
  }
  return series;
}

it('every metric tells what has happened', async () => {
  await using directory = await temporaryDirectory();
  const drained = Promise.withResolvers<void>();
  const sink = memorySink({ refuseEvery: 5 });
  const router = new Router({
    stateDirectory: directory.path,
    pipelines: [countingPipeline(5000)],
    deliveries: [memoryDelivery(sink)],
    checkpointEveryRecords: 500,
    onDrained: () => drained.resolve(),
  });
  const running = router.run();
  await drained.promise;

  const series = await collect();
  const take = (name: string): number => {
    const value = series.get(name);
    ok(value !== undefined, `${name} is there`);
    series.delete(name);
    return value;
  };
  ok(take('backpressure_events numbers') > 0);
  const checkpoints = take('checkpoints_saved numbers');
  ok(checkpoints >= 2 && checkpoints <= 11, `${checkpoints} checkpoints`);
  const rebalances = take('group_rebalances deliverers');
  ok(rebalances > 1 && rebalances % 2 === 1, 'each worker but one has joined and left');
  deepStrictEqual(Object.fromEntries(series), {
    'active_services sink': 1,
    'active_services source': 0,
    'active_services transform': 3,
    'buffer_utilization deliver': 0,
    'buffer_utilization filter': 0,
    'buffer_utilization mark': 0,
    'buffer_utilization take': 0,
    raft_is_leader: 1,
    raft_term: 1,
    'records_delivered memory': 4500,
    'records_received numbers': 5000,
    'records_routed counting filter': 4500,
    'records_routed counting mark': 4500,
    'records_routed counting take': 5000,
    'retry_events deliver': sink.refused,
    'routing_latency_ms counting': 4500,
  });

  router.stop();
  await running;
  const after = await collect();
  strictEqual(after.get('raft_is_leader'), 0);
  strictEqual(after.get('active_services transform'), 0);
  strictEqual(after.get('active_services sink'), 0);
  strictEqual(after.get('group_rebalances deliverers'), rebalances + 1);
});
