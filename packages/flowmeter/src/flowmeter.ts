import { attachInstruments, detachInstruments } from '@flowmeter/instruments';
import { metrics } from '@opentelemetry/api';
import { isRegistered } from './api-registration.ts';
import type { Configuration } from './configuration/configuration.ts';
import { pushBeforeExit } from './final-push.ts';
import { reasonOf, type Messages } from './messages.ts';
import { createMeterProvider } from './metrics/meter-provider.ts';
import { createOutputs } from './metrics/outputs.ts';
import { createResource } from './resource.ts';
import { startTracesAndLogs } from './traces-and-logs.ts';

/** What was started. */
export interface Flowmeter {
  /** Where the endpoint is scraped; `undefined` if there is none, or it could not be opened. */
  readonly prometheusUrl: string | undefined;
  /** Pushes what has been recorded so far. Resolves when that has been tried; a failure is a line on stderr. */
  forceFlush(): Promise<void>;
  /** Pushes a last time, closes the endpoint, and lets go of the OpenTelemetry API. A second call does nothing more. */
  shutdown(): Promise<void>;
}

/** What `start()` gives where nothing is to be started. */
export const IDLE: Flowmeter = {
  prometheusUrl: undefined,
  forceFlush: async () => {},
  shutdown: async () => {},
};

/**
 * Starts what the configuration asks for. Instruments are live when this returns; the promise resolves when the endpoint
 * is open, or could not be opened and that has been said.
 *
 * @param onShutdown called when the shutdown begins
 */
export async function run(
  configuration: Configuration,
  messages: Messages,
  onShutdown: () => void,
): Promise<Flowmeter> {
  const resource = createResource(configuration);
  const tracesAndLogs = startTracesAndLogs(configuration, resource);
  const outputs = createOutputs(configuration, messages);
  const provider = createMeterProvider(configuration, resource, outputs.readers);
  // Without a reader recording would be work for nobody: then the sets stay without a meter, which costs next to nothing.
  const hasRegistered = outputs.readers.length > 0 && register();

  function register(): boolean {
    if (!isRegistered('metrics') && metrics.setGlobalMeterProvider(provider)) {
      attachInstruments();
      return true;
    }
    messages.error(
      'another meter provider is registered with the OpenTelemetry API already, and keeps its instruments; load flowmeter before it, or leave the other one out',
    );
    return false;
  }

  const callOff = pushBeforeExit({
    hurry: outputs.hurry,
    push: async () => {
      await Promise.allSettled([provider.forceFlush(), tracesAndLogs?.shutdown()]);
    },
  });

  async function shutDown(): Promise<void> {
    onShutdown();
    callOff();
    if (hasRegistered) {
      metrics.disable();
      detachInstruments();
    }
    await Promise.allSettled([provider.shutdown(), outputs.endpoint?.close(), tracesAndLogs?.shutdown()]);
  }

  let prometheusUrl: string | undefined;
  try {
    // A scrape before that would show only a part of the resource, and log an error.
    await resource.waitForAsyncAttributes?.();
    prometheusUrl = await outputs.endpoint?.listen();
  } catch (error) {
    messages.error(`the Prometheus endpoint is not open: ${reasonOf(error)}`);
  }
  const parts = [...(prometheusUrl === undefined ? [] : [`metrics at ${prometheusUrl}`]), ...outputs.pushes];
  messages.info(parts.length > 0 ? parts.join('; ') : 'no metrics leave the process');

  let stopped: Promise<void> | undefined;
  return {
    prometheusUrl,
    forceFlush: () => provider.forceFlush(),
    shutdown: () => (stopped ??= shutDown()),
  };
}
