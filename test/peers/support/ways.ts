/**
 * One store at the end of each kind of path, with nothing else in it: for queries as they stand in dashboards, and for
 * tests in which what happens next depends on what has arrived.
 */
import { Collector, collectorPorts, type CollectorConfig, type CollectorPorts } from './collector.ts';
import { freePort } from './free-port.ts';
import { installedVersion, newPrometheus, oldPrometheus, programOf } from './peers.ts';
import { Prometheus } from './prometheus.ts';
import { Service, type ServiceOptions } from './service.ts';

export const OLD = 'scraped by the old Prometheus';

export const SCRAPED = 'scraped by Prometheus 3';
export const COLLECTED = 'pushed to the collector, which Prometheus 3 scrapes';
export const WRITTEN = 'pushed to the collector, which writes to Prometheus 3';
export const PUSHED = 'pushed to Prometheus 3';

export const WAYS = [OLD, SCRAPED, COLLECTED, WRITTEN, PUSHED] as const;

export type Way = (typeof WAYS)[number];

export interface Ways {
  /** The store of a way; not there where the old Prometheus is not installed. */
  readonly stores: ReadonlyMap<Way, Prometheus>;
  readonly collector: Collector;
  /** One pushes to the collector, and one to Prometheus: both have to be told everything. */
  readonly services: readonly ServiceOptions[];
}

interface WaysOptions {
  readonly scrapeInterval?: string;
  /** How the new Prometheus scrapes the service, beside what all do. */
  readonly scraping?: object;
  /** The configuration of the collector. */
  readonly configure?: (ports: CollectorPorts, store: string) => CollectorConfig;
}

/**
 * Starts the stores and the collector, to end with the stack. The services are for the caller to start.
 *
 * @param features what the new Prometheus can be told to do beside what it does
 */
export async function startWays(
  running: AsyncDisposableStack,
  features: readonly string[] = [],
  { scrapeInterval = '2s', scraping = {}, configure = collectorConfig }: WaysOptions = {},
): Promise<Ways> {
  const command = programOf(newPrometheus);
  const enabled = features.map((feature) => `--enable-feature=${feature}`);
  const start = async (config: object, ...flags: string[]): Promise<Prometheus> =>
    running.use(await Prometheus.start({ command, config, flags: [...enabled, ...flags] }));

  const target = `127.0.0.1:${await freePort()}`;
  const [written, pushed, scraper] = await Promise.all([
    start({}, '--web.enable-remote-write-receiver'),
    start({}, '--web.enable-otlp-receiver'),
    start(scrapeConfig(target, scrapeInterval, scraping)),
  ]);
  const ports = await collectorPorts();
  const collector = running.use(await Collector.start(ports, () => configure(ports, written.origin)));
  const stores = new Map<Way, Prometheus>([
    [SCRAPED, scraper],
    [COLLECTED, await start(scrapeConfig(ports.prometheus, scrapeInterval))],
    [WRITTEN, written],
    [PUSHED, pushed],
  ]);
  if (installedVersion(oldPrometheus) !== undefined) {
    const old = Prometheus.start({ command: oldPrometheus.program, config: scrapeConfig(target, scrapeInterval) });
    stores.set(OLD, running.use(await old));
  }
  const services = [
    { name: 'to-collector', address: target, endpoint: `http://${ports.otlpHttp}` },
    { name: 'to-prometheus', address: `127.0.0.1:${await freePort()}`, endpoint: `${pushed.origin}/api/v1/otlp` },
  ].map(({ name, address, endpoint }) => ({ name, address, env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } }));
  return { stores, collector, services };
}

/** Starts services, to end with the stack. */
export async function startServices(
  running: AsyncDisposableStack,
  options: readonly ServiceOptions[],
): Promise<readonly Service[]> {
  return Promise.all(options.map(async (each) => running.use(await Service.start(each))));
}

/**
 * What the collector of {@link startWays} does: one exporter is scraped, and one writes.
 *
 * @param processors what happens before that, by name
 */
export function collectorConfig(ports: CollectorPorts, store: string, processors: object = {}): CollectorConfig {
  return {
    receivers: { otlp: { protocols: { http: { endpoint: ports.otlpHttp } } } },
    processors,
    exporters: {
      prometheus: { endpoint: ports.prometheus, enable_open_metrics: true },
      prometheusremotewrite: { endpoint: `${store}/api/v1/write` },
    },
    service: {
      pipelines: {
        metrics: {
          receivers: ['otlp'],
          processors: Object.keys(processors),
          exporters: ['prometheus', 'prometheusremotewrite'],
        },
      },
    },
  };
}

function scrapeConfig(target: string, interval: string, more: object = {}): object {
  const global = { scrape_interval: interval, scrape_timeout: interval };
  return {
    global,
    scrape_configs: [{ job_name: 'scraped', honor_labels: true, static_configs: [{ targets: [target] }], ...more }],
  };
}
