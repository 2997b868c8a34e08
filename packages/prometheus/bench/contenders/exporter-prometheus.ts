import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Contender, Plan } from './contender.ts';
import { connect } from './opentelemetry.ts';

export function createContender(plan: Plan): Contender {
  // Its own server takes no port 0. Without labels of the scope, the bodies are as the others'.
  const reader = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  return connect(
    (options) => new MeterProvider(options),
    reader,
    (request, response) => reader.getMetricsRequestHandler(request, response),
    plan,
  );
}
