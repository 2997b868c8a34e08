/** Everything that the path tests work with, at once: the services, the collector, and the stores that are asked. */
import { join } from 'node:path';
import { Collector, collectorPorts, type CollectorConfig, type CollectorPorts } from './collector.ts';
import { freePort } from './free-port.ts';
import { installedVersion, newPrometheus, oldPrometheus, programOf, victoriaMetrics } from './peers.ts';
import { Prometheus, type PromqlApi } from './prometheus.ts';
import { Service, type ServiceOptions } from './service.ts';
import { VictoriaMetrics } from './victoria-metrics.ts';

/** What Prometheus' OTLP receiver may be told to make of names. */
export const STRATEGIES = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** The formats that a Prometheus is told to ask for, by the names of the jobs that do. */
export const SCRAPE_PROTOCOLS = {
  text: 'PrometheusText0.0.4',
  openmetrics: 'OpenMetricsText1.0.0',
  protobuf: 'PrometheusProto',
} as const;

/** How services push to the collector, by the names of the services. */
export const PUSHES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http-protobuf': { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
  'http-json': { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  grpc: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  delta: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' },
};

/** The service that everything scrapes; it pushes as well. */
export const SCRAPED = 'http-protobuf';

/** The job of the collector's scrapes. */
export const COLLECTOR_SCRAPED = 'collector-scraped';

/** What is asked by PromQL, and the services that are observed. */
export interface Observers {
  /** Scrapes the service as it likes; not there where it is not installed. */
  readonly old: Prometheus | undefined;
  /** Scrapes the service in each format, under the formats' names, and the collector. */
  readonly scraping: Prometheus;
  /** The collector writes to it. */
  readonly written: Prometheus;
  /** The collector writes to it; not there where it is not installed. */
  readonly victoria: VictoriaMetrics | undefined;
  /** Services push to them, and to the first the collector what it has scraped. */
  readonly receiving: Readonly<Record<Strategy, Prometheus>>;
  readonly services: readonly Service[];
  readonly collector: Collector;
  /** What the collector has written of what was pushed to it, and of what it has scraped. */
  readonly files: Readonly<Record<'pushed' | 'scraped', string>>;
}

const GLOBAL = { scrape_interval: '2s', scrape_timeout: '2s' } as const;
const EXEMPLARS = '--enable-feature=exemplar-storage';

/** Starts all of it, to end with the stack; the services have recorded what is planned, and pushed it. */
export async function startObservers(running: AsyncDisposableStack): Promise<Observers> {
  const ports = await collectorPorts();
  const target = `127.0.0.1:${await freePort()}`;
  const [written, ...receivers] = await Promise.all([
    use(
      Prometheus.start({ command: programOf(newPrometheus), flags: [EXEMPLARS, '--web.enable-remote-write-receiver'] }),
    ),
    ...STRATEGIES.map((strategy) => use(startReceiver(strategy))),
  ]);
  const receiving = Object.fromEntries(receivers.map((receiver, index) => [STRATEGIES[index], receiver]));
  const otlp = (receiver?: Prometheus): string => `${receiver?.origin}/api/v1/otlp`;
  const pushing = Object.entries(PUSHES).map(([name, env]) => {
    const endpoint = env['OTEL_EXPORTER_OTLP_PROTOCOL'] === 'grpc' ? ports.otlpGrpc : ports.otlpHttp;
    return use(startService(name, `http://${endpoint}`, { env, ...(name === SCRAPED && { address: target }) }));
  });
  const straight = STRATEGIES.map((strategy) => use(startService(straightTo(strategy), otlp(receiving[strategy]))));
  // Whoever scrapes comes after what is scraped: of a target that is not there, the collector has something to tell.
  const services = await Promise.all([...pushing, ...straight]);
  const isVictoriaThere = installedVersion(victoriaMetrics) !== undefined;
  const victoria = isVictoriaThere ? await use(VictoriaMetrics.start()) : undefined;
  const ends = { target, writtenTo: [written, ...(victoria ? [victoria] : [])], otlp: otlp(receivers[0]) };
  const collector = await use(Collector.start(ports, (_, folder) => collectorConfig(ports, ends, filesIn(folder))));
  await Promise.all(services.map((service) => service.flush()));
  const scraping = await use(startScraper(target, ports.prometheus));
  const isOldThere = installedVersion(oldPrometheus) !== undefined;
  const old = isOldThere ? await use(startOld(target)) : undefined;
  const stores = { old, scraping, written, victoria, receiving: receiving as Observers['receiving'] };
  return { ...stores, services, collector, files: filesIn(collector.program.folder) };

  async function use<Started extends AsyncDisposable>(started: Promise<Started>): Promise<Started> {
    return running.use(await started);
  }
}

/** The name of the service that pushes to the Prometheus with this strategy. */
export function straightTo(strategy: Strategy): string {
  return `straight-${strategy}`;
}

async function startService(name: string, endpoint: string, options: Partial<ServiceOptions> = {}): Promise<Service> {
  return Service.start({
    ...options,
    name,
    plan: true,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...options.env },
  });
}

async function startReceiver(strategy: Strategy): Promise<Prometheus> {
  return Prometheus.start({
    command: programOf(newPrometheus),
    config: { otlp: { translation_strategy: strategy } },
    flags: [EXEMPLARS, '--web.enable-otlp-receiver'],
  });
}

async function startOld(target: string): Promise<Prometheus> {
  const config = { global: GLOBAL, scrape_configs: [{ job_name: 'service', static_configs: [{ targets: [target] }] }] };
  return Prometheus.start({ command: oldPrometheus.program, config, flags: [EXEMPLARS] });
}

async function startScraper(target: string, collector: string): Promise<Prometheus> {
  const jobs = Object.entries(SCRAPE_PROTOCOLS).map(([job_name, protocol]) => ({
    job_name,
    scrape_protocols: [protocol],
    ...(protocol === 'PrometheusProto' && { scrape_native_histograms: true }),
    static_configs: [{ targets: [target] }],
  }));
  const ofCollector = { job_name: 'collector', honor_labels: true, static_configs: [{ targets: [collector] }] };
  const config = { global: GLOBAL, scrape_configs: [...jobs, ofCollector] };
  return Prometheus.start({ command: programOf(newPrometheus), config, flags: [EXEMPLARS] });
}

function filesIn(folder: string): Observers['files'] {
  return { pushed: join(folder, 'pushed.json'), scraped: join(folder, 'scraped.json') };
}

function collectorConfig(
  ports: CollectorPorts,
  { target, writtenTo, otlp }: { target: string; writtenTo: readonly PromqlApi[]; otlp: string },
  files: Observers['files'],
): CollectorConfig {
  const scrape = { job_name: COLLECTOR_SCRAPED, scrape_interval: '2s', static_configs: [{ targets: [target] }] };
  const writers = Object.fromEntries(
    writtenTo.map(({ origin }, index) => [`prometheusremotewrite/${index}`, { endpoint: `${origin}/api/v1/write` }]),
  );
  return {
    receivers: {
      otlp: { protocols: { http: { endpoint: ports.otlpHttp }, grpc: { endpoint: ports.otlpGrpc } } },
      prometheus: { config: { scrape_configs: [scrape] } },
    },
    processors: { deltatocumulative: {}, interval: { interval: '1s' } },
    exporters: {
      prometheus: { endpoint: ports.prometheus, enable_open_metrics: true },
      ...writers,
      otlphttp: { endpoint: otlp, compression: 'none' },
      ...Object.fromEntries(Object.entries(files).map(([name, path]) => [`file/${name}`, { path }])),
      // For its log: how much came when.
      debug: { verbosity: 'basic' },
    },
    service: {
      pipelines: {
        'metrics/received': { receivers: ['otlp'], exporters: ['file/pushed', 'debug'] },
        'metrics/shown': { receivers: ['otlp'], processors: ['deltatocumulative'], exporters: ['prometheus'] },
        'metrics/written': {
          receivers: ['otlp'],
          processors: ['deltatocumulative', 'interval'],
          exporters: Object.keys(writers),
        },
        'metrics/scraped': { receivers: ['prometheus'], exporters: ['otlphttp', 'file/scraped', 'debug'] },
      },
    },
  };
}
