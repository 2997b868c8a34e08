import type { Health } from '@flowmeter/prometheus/server';
import type { Resource } from '@opentelemetry/resources';
import type { Configuration } from '../configuration/configuration.ts';
import type { Messages } from '../messages.ts';
import { createMeterProvider, type MetricsProvider } from './meter-provider.ts';
import { createOutputs, type Outputs } from './outputs.ts';

export { recordPipelineStatus } from './pipeline-status.ts';

/** All that records, aggregates, reads and pushes metrics: what is loaded when there is something to record or to read. */
export interface Metrics extends Outputs {
  readonly provider: MetricsProvider;
}

export function createMetrics(
  configuration: Configuration,
  resource: () => Resource,
  messages: Messages,
  health: Health,
): Metrics {
  const outputs = createOutputs(configuration, messages, health);
  const provider = createMeterProvider(configuration, resource, outputs.readers);
  if (configuration.selfMetrics) outputs.setMeterProvider(provider);
  return { ...outputs, provider };
}
