/**
 * sdk-metrics keeps for each reader what it has not collected yet, one map for each collection by another reader: an
 * endpoint that nobody scrapes would grow with every push.
 */
import { ok, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { metrics } from '@opentelemetry/api';
import {
  InMemoryMetricExporter,
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { instrumentSets, views } from '@flowmeter/instruments';
import { createConveyor } from 'flowmeter/conveyor';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { started } from './support/started.ts';

const PUSHES = 60;

/** What of sdk-metrics' insides holds the maps; there is no other way to see them. */
interface Insides {
  _sharedState: {
    meterSharedStates: Map<string, { metricStorageRegistry: { getStorages(collector: unknown): Storage[] } }>;
    metricCollectors: object[];
  };
}

interface Storage {
  _temporalMetricStorage: { _unreportedAccumulations: Map<unknown, unknown[]> };
}

/** How many maps the reader with the most has waiting. */
function retained(provider: unknown): number {
  const { meterSharedStates, metricCollectors } = (provider as Insides)['_sharedState'];
  const lists = [...meterSharedStates.values()].flatMap(({ metricStorageRegistry }) =>
    metricCollectors.flatMap((collector) =>
      metricStorageRegistry
        .getStorages(collector)
        .flatMap((storage) => [...storage['_temporalMetricStorage']['_unreportedAccumulations'].values()]),
    ),
  );
  ok(lists.length > 0, 'the insides are as this test knows them');
  return Math.max(...lists.map((list) => list.length));
}

class Unscraped extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

it('sdk-metrics alone keeps a map for each push, which is why there is a guard', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [new Unscraped(), reader], views: instrumentSets.flatMap(views) });
  const conveyor = createConveyor({ meterProvider: provider });
  for (let push = 0; push < PUSHES; push += 1) {
    conveyor.recordRecordsReceived('s', 1);
    await reader.forceFlush();
  }
  strictEqual(retained(provider), PUSHES);
  await provider.shutdown();
});

it('on sdk-metrics an endpoint that nobody scrapes keeps no more than ten pushes, and loses nothing', async () => {
  await using receiver = await startOtlpReceiver({ keep: 1 });
  await using handle = await started({
    prometheus: { port: 0 },
    otlp: { endpoint: receiver.url },
    logLevel: 'none',
    engine: 'sdk',
  });
  const conveyor = createConveyor();
  let most = 0;
  for (let push = 0; push < PUSHES; push += 1) {
    conveyor.recordRecordsReceived('s', 1);
    await handle.forceFlush();
    most = Math.max(most, retained(metrics.getMeterProvider()));
  }
  ok(most <= 11, `${most} maps`);
  strictEqual((await scrape(handle.url)).value('conveyor_router_records_received_total', { source_id: 's' }), PUSHES);
  const records = receiver.metrics().find(({ name }) => name === 'conveyor_router_records_received');
  ok(records?.kind === 'sum' && records.value === PUSHES);
});
