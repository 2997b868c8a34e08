import { MeterProvider } from '@flowmeter/engine';
import { nodeHandler, PrometheusReader } from '@flowmeter/prometheus';
import type { Contender, Plan } from './contender.ts';
import { connect } from './opentelemetry.ts';

export function createContender(plan: Plan): Contender {
  const reader = new PrometheusReader({ scopeInfoEnabled: false });
  return connect((options) => new MeterProvider(options), reader, nodeHandler(reader), plan);
}
