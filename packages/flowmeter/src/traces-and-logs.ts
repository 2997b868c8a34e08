import { createRequire } from 'node:module';
import type { Resource } from '@opentelemetry/resources';
import { registeredLoggerProvider, registeredTracerProvider } from './api-registration.ts';
import type { Configuration } from './configuration/configuration.ts';
import { withVariables } from './with-variables.ts';

/** What sdk-node has set up. */
export interface TracesAndLogs {
  /** Delivers what is buffered. */
  forceFlush(): Promise<void>;
  /** Delivers what is buffered, and ends. */
  shutdown(): Promise<void>;
}

/**
 * Sets up traces and logs through sdk-node, each where a variable of its own asks for it; `undefined` if none does. It is
 * loaded only then: it is most of what starting OpenTelemetry costs.
 */
export function startTracesAndLogs(configuration: Configuration, resource: () => Resource): TracesAndLogs | undefined {
  const { traces, logs } = configuration;
  if (!traces && !logs) return undefined;
  // Synchronously, so that the first span of the application is not lost.
  const require = createRequire(import.meta.url);
  const { NodeSDK } = require('@opentelemetry/sdk-node') as typeof import('@opentelemetry/sdk-node');
  // sdk-node would install a logger of its own for OTEL_LOG_LEVEL, and take an unset exporter for "otlp".
  const variables = {
    ...process.env,
    OTEL_LOG_LEVEL: undefined,
    ...(!traces && { OTEL_TRACES_EXPORTER: 'none' }),
    ...(!logs && { OTEL_LOGS_EXPORTER: 'none' }),
  };
  const sdk = withVariables('OTEL_', variables, () => {
    const noSpans = traces ? {} : { spanProcessors: [] };
    const nodeSdk = new NodeSDK({ resource: resource(), autoDetectResources: false, metricReaders: [], ...noSpans });
    nodeSdk.start();
    return nodeSdk;
  });
  return {
    async forceFlush() {
      const providers: (object | undefined)[] = [registeredTracerProvider(), registeredLoggerProvider()];
      await Promise.allSettled(providers.map(flush));
    },
    shutdown: () => sdk.shutdown(),
  };
}

/** The SDK's providers can, which the API does not know. */
interface Flushable {
  readonly forceFlush?: () => Promise<void>;
}

async function flush(provider: Flushable | undefined): Promise<void> {
  await provider?.forceFlush?.();
}
