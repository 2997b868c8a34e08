import { nodeHandler, PrometheusReader } from '@flowmeter/prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Contender, Plan } from './contender.ts';
import { connect } from './opentelemetry.ts';

export function createContender(plan: Plan): Contender {
  const reader = new PrometheusReader({ scopeInfoEnabled: false });
  return connect((options) => new MeterProvider(options), reader, nodeHandler(reader), plan);
}
