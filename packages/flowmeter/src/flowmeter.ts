import { attachInstruments, attachLog, detachInstruments } from '@flowmeter/instruments/attachment';
import { Health } from '@flowmeter/prometheus/server';
import { metrics } from '@opentelemetry/api';
import { isRegistered } from './api-registration.ts';
import type { Configuration } from './configuration/configuration.ts';
import { LONGEST_MS } from './configuration/rules.ts';
import { createHealth } from './health.ts';
import { logRecord } from './logs/log-record.ts';
import type { Messages } from './messages.ts';
import type { MetricsProvider } from './metrics/meter-provider.ts';
import { loadMetrics, MetricsOnDemand } from './metrics/metrics-on-demand.ts';
import { createPrometheusEndpoint, type PrometheusEndpoint } from './metrics/prometheus-endpoint.ts';
import { describePushes } from './metrics/push-descriptions.ts';
import { isInsideContainerOnly } from './container.ts';
import { EndTime } from './process-end/end-time.ts';
import { pushAtEnds } from './process-end/ends.ts';
import { raiseMaxListeners } from './process-end/max-listeners.ts';
import { hold, pushBeforeExit } from './process-end/push-before-exit.ts';
import { describeOtherApi } from './other-api.ts';
import { ofParent, ToldChildren } from './parents-endpoint.ts';
import { reasonOf } from './reason-of.ts';
import { createResource } from './resource.ts';
import { startTracesAndLogs } from './traces-and-logs.ts';

/** What was started. */
export interface Flowmeter {
  /** Where the endpoint is scraped; `undefined` if there is none, or it could not be opened. */
  readonly prometheusUrl: string | undefined;
  /** What the application says of its parts, which the endpoint tells at `/health` and `/ready`. */
  readonly health: Health;
  /** Pushes what has been recorded so far. Resolves when that has been tried; a failure is a line on stderr. */
  forceFlush(): Promise<void>;
  /** Pushes a last time, closes the endpoint, and lets go of the OpenTelemetry API. A second call does nothing more. */
  shutdown(): Promise<void>;
}

/** What `start()` gives where nothing is to be started. */
export const IDLE: Flowmeter = {
  prometheusUrl: undefined,
  health: new Health(),
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** How long the last push of a shutdown may take. */
const SHUTDOWN_LIMIT_MS = 3000;

/** By when what pushes is loaded, where nobody records anything. */
const SOON_MS = 1000;

const OTHER_PROVIDER =
  'another meter provider is registered with the OpenTelemetry API already, and keeps the instruments; nothing is started for metrics: load flowmeter before it, or leave the other one out';

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
  attachLog(logRecord);
  const resource = createResource(configuration);
  const tracesAndLogs = startTracesAndLogs(configuration, resource);
  const health = createHealth(messages);
  const onDemand = new MetricsOnDemand(
    () => loadMetrics().createMetrics(configuration, resource, messages, health),
    messages,
  );
  const { engine, exporters } = configuration;
  // Without an output recording would be work for nobody: then the sets stay without a meter, which costs next to nothing.
  const hasOutputs = exporters.length > 0;
  // OpenTelemetry's own engine is what the API gives, as it is without us.
  const provider = hasOutputs && engine === 'sdk' ? onDemand.make().provider : onDemand;
  const hasRegistered = hasOutputs && register(provider, messages);
  const pushes = describePushes(configuration);
  if (hasRegistered && pushes.length > 0) onDemand.makeIn(Math.min(configuration.exportIntervalMs, SOON_MS));
  const endpoint = exporters.includes('prometheus') ? endpointOf(onDemand, configuration, health) : undefined;

  const children = new ToldChildren(configuration);
  const { exitTimeoutMs } = configuration;
  const hurry = (limitMs: number, push: () => Promise<void>): Promise<void> =>
    onDemand.made?.hurry(limitMs, push) ?? push();
  const inTurns = (limitMs: number): Promise<void> =>
    hurry(limitMs, async () => {
      await Promise.allSettled([onDemand.forceFlush(), tracesAndLogs?.forceFlush()]);
    });
  const callOffs: (() => void)[] = [];
  if (exitTimeoutMs > 0) {
    const time = new EndTime(exitTimeoutMs);
    const push = (limitMs: number): Promise<void> | undefined =>
      onDemand.made?.needsTurns() === true || tracesAndLogs !== undefined ? inTurns(limitMs) : undefined;
    callOffs.push(raiseMaxListeners(), pushBeforeExit(time, push));
    // Listening for signals has its price: not where there is nothing to push then.
    if (hasRegistered && engine !== 'sdk' && exporters.includes('otlp')) {
      const atOnce = (limitMs: number): void => onDemand.made?.pushAtOnce?.(limitMs);
      const soon = (): Promise<void> => onDemand.forceFlush().catch(() => {});
      callOffs.push(pushAtEnds({ atOnce, soon }, exitTimeoutMs, time));
    }
  }

  async function shutDown(): Promise<void> {
    onShutdown();
    children.takeBack();
    for (const callOff of callOffs) callOff();
    attachLog(undefined);
    if (hasRegistered) {
      // Where the API has not taken it, what is registered is somebody else's.
      if (metrics.getMeterProvider() === provider) metrics.disable();
      detachInstruments();
    }
    const ends = hurry(SHUTDOWN_LIMIT_MS, async () => {
      await Promise.allSettled([provider.shutdown(), endpoint?.close(), tracesAndLogs?.shutdown()]);
    });
    await hold(ends, LONGEST_MS);
  }

  let stopped: Promise<void> | undefined;
  const shutdown = (): Promise<void> => (stopped ??= shutDown());
  if (hasOutputs && !hasRegistered) return { ...IDLE, health, shutdown };
  let prometheusUrl: string | undefined;
  let parents: string | undefined;
  try {
    prometheusUrl = await endpoint?.listen(resource);
    if (prometheusUrl !== undefined && stopped === undefined) children.tell(Number(new URL(prometheusUrl).port));
  } catch (error) {
    parents = ofParent(error, configuration);
    if (parents === undefined) messages.error(`the Prometheus endpoint is not open: ${reasonOf(error)}`);
  }
  const parts = [...(prometheusUrl === undefined ? [] : [describeEndpoint(prometheusUrl, configuration)]), ...pushes];
  if (parts.length === 0 && parents !== undefined) {
    messages.warn(`no metrics leave this process: ${parents}; ${whatElse(configuration)}`);
  } else {
    if (parents !== undefined) parts.push(parents);
    messages.info(parts.length > 0 ? parts.join('; ') : 'no metrics leave the process');
  }

  return {
    prometheusUrl,
    health,
    forceFlush: () => hold(provider.forceFlush(), LONGEST_MS),
    shutdown,
  };
}

function endpointOf(
  onDemand: MetricsOnDemand,
  { engine, prometheus }: Configuration,
  health: Health,
): PrometheusEndpoint | undefined {
  return engine === 'sdk' ? onDemand.make().stockEndpoint : createPrometheusEndpoint(onDemand, prometheus, health);
}

function whatElse({ prometheus }: Configuration): string {
  return `add otlp to OTEL_METRICS_EXPORTER, or set ${prometheus.names.port} to 0 for an endpoint of its own`;
}

/** Where the metrics are; in a container also how to have them seen from outside, which `localhost` does not. */
function describeEndpoint(url: string, { prometheus }: Configuration): string {
  if (!isInsideContainerOnly(prometheus.host, process.env)) return `metrics at ${url}`;
  return `metrics at ${url} (inside this container only: ${prometheus.names.host}=0.0.0.0 opens it to the network)`;
}

/** Has the instruments of the process record on the provider: all of them, or where the API does not take it, ours. */
function register(provider: MetricsProvider, messages: Messages): boolean {
  if (isRegistered('metrics')) {
    messages.error(OTHER_PROVIDER);
    return false;
  }
  if (metrics.setGlobalMeterProvider(provider)) {
    attachInstruments();
  } else {
    messages.error(describeOtherApi());
    attachInstruments(provider);
  }
  return true;
}
