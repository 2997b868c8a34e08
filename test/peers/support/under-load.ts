/** Services that record all the time, and everything that observes them, each part of which can fail. */
import { Collector, type CollectorConfig, type CollectorPorts } from './collector.ts';
import { CuttableLink } from './cuttable-link.ts';
import { freePort } from './free-port.ts';
import type { Prometheus } from './prometheus.ts';
import type { RunningProgram } from './running-program.ts';
import type { Service, ServiceOptions } from './service.ts';
import { TakenDeltas } from './taken-deltas.ts';
import { collectorConfig, startServices, startWays, WRITTEN, type Way, type Ways } from './ways.ts';

/** Those of {@link startWays}, whose totals are cumulative. */
export const [TO_COLLECTOR, TO_PROMETHEUS] = ['to-collector', 'to-prometheus'] as const;

/** The services that push deltas to the collector, and how. */
export const DELTAS = { 'deltas-by-http': 'http/protobuf', 'deltas-by-grpc': 'grpc' } as const;

/** A limiter that always refuses: the collector has more than a megabyte from the start. */
const LIMITER = { memory_limiter: { check_interval: '100ms', limit_mib: 1 } };

/** Who refuses in a collector whose memory is full: a processor, after the receiver, or an extension, before it. */
type Refusing = 'processor' | 'extension';

/** How often there is a scrape, and a push. */
export interface Pace {
  readonly scrapeInterval: string;
  readonly pushMs: number;
  readonly deltaPushMs: number;
  /** Whether the load is that of a soak. */
  readonly soak?: boolean;
}

/** A push may take as long as it is to the next; that of deltas as long as any does that is answered. */
const FAST: Pace = { scrapeInterval: '500ms', pushMs: 1000, deltaPushMs: 3000 };

export class UnderLoad {
  readonly ways: Ways;
  readonly taken: TakenDeltas;
  /** From the services to what they push to, and from who scrapes to the one that is scraped. */
  readonly links: readonly CuttableLink[];
  readonly #options: readonly ServiceOptions[];
  readonly #running: AsyncDisposableStack;
  #services: readonly Service[] = [];

  private constructor(
    running: AsyncDisposableStack,
    options: readonly ServiceOptions[],
    { ways, taken, links }: Pick<UnderLoad, 'ways' | 'taken' | 'links'>,
  ) {
    this.#running = running;
    this.#options = options;
    this.ways = ways;
    this.taken = taken;
    this.links = links;
  }

  /** Starts everything, to end with the stack. */
  static async start(running: AsyncDisposableStack, pace: Pace = FAST): Promise<UnderLoad> {
    const { soak = false, scrapeInterval, pushMs, deltaPushMs } = pace;
    const taken = running.use(await TakenDeltas.start());
    const configure = (ports: CollectorPorts, store: string): CollectorConfig => configOf(ports, store, taken.url);
    const ways = await startWays(running, [], { scrapeInterval, configure });
    const links: CuttableLink[] = [];
    const linkTo = async (far: string, at?: string): Promise<string> => {
      const link = running.use(await CuttableLink.to(far, at));
      links.push(link);
      return link.address;
    };
    const cumulative = ways.services.map(async ({ name, address: known, env }) => {
      const { host, pathname } = new URL(env?.['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '');
      const endpoint = `http://${await linkTo(host)}${pathname.replace(/\/$/, '')}`;
      const address = `127.0.0.1:${await freePort()}`;
      await linkTo(address, known);
      return {
        name,
        address,
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRIC_EXPORT_INTERVAL: String(pushMs) },
      };
    });
    const { otlpHttp, otlpGrpc } = ways.collector.ports;
    const deltas = Object.entries(DELTAS).map(async ([name, protocol]) => ({
      name,
      env: {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${await linkTo(protocol === 'grpc' ? otlpGrpc : otlpHttp)}`,
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
        OTEL_METRIC_EXPORT_INTERVAL: String(deltaPushMs),
      },
    }));
    const options: ServiceOptions[] = await Promise.all([...cumulative, ...deltas]);
    // By itself, each process is an instance.
    const instances = options.map((each) => ({
      ...each,
      env: { ...each.env, FLOWMETER_LOG: 'flowmeter=debug' },
      soak,
      resource: { 'service.instance.id': each.name },
    }));
    const underLoad = new UnderLoad(running, instances, { ways, taken, links });
    await underLoad.startServices();
    return underLoad;
  }

  /** Those of the present life. */
  get services(): readonly Service[] {
    return this.#services;
  }

  get collector(): RunningProgram {
    return this.ways.collector.program;
  }

  service(name: string): Service {
    const found = this.#services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  store(way: Way): Prometheus {
    const found = this.ways.stores.get(way);
    if (found === undefined) throw new Error(`nothing is ${way}`);
    return found;
  }

  /** Each comes as the instance that it was before, and is under load. */
  async startServices(): Promise<void> {
    this.taken.beginServiceLives();
    this.#services = await startServices(this.#running, this.#options);
    await this.goOn();
  }

  /** Resolves when each service has recorded something. */
  async goOn(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.record(['startLoad'])));
    await this.record(1);
  }

  /** Waits until each service has recorded so many ticks more. */
  async record(ticks: number): Promise<void> {
    await Promise.all(this.#services.map(({ app, ticks: before }) => app.line(new RegExp(`^tick ${before + ticks}$`))));
  }

  /** From then on nothing more is recorded. */
  async pause(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.record(['stopLoad'])));
  }

  /** Has everything pushed that there is. */
  async flush(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.flush()));
  }

  /** Starts the collector again; what it adds up begins anew. */
  async startCollector(): Promise<void> {
    this.taken.beginCollectorLife();
    await this.collector.restart();
  }

  /**
   * Puts a collector that is full in the place of the one that runs. It is between pushes then: no request is taken that
   * the old one does not answer.
   */
  async exchangeForFull(refusing: Refusing): Promise<Collector> {
    await this.pause();
    await this.flush();
    await this.collector.kill();
    this.taken.beginCollectorLife();
    const { origin } = this.store(WRITTEN);
    const full = await Collector.start(this.ways.collector.ports, (ports) =>
      configOf(ports, origin, this.taken.url, refusing),
    );
    await this.goOn();
    return full;
  }

  async everyPrometheus(does: (program: RunningProgram) => unknown): Promise<void> {
    await Promise.all([...this.ways.stores.values()].map(({ program }) => does(program)));
  }
}

/** As {@link collectorConfig}, with what adds deltas up, and a pipeline of its own for them as they are. */
function configOf(ports: CollectorPorts, store: string, takenUrl: string, refusing?: Refusing): CollectorConfig {
  const limiter = refusing === 'processor' ? LIMITER : {};
  const middlewares = refusing === 'extension' ? [{ id: 'memory_limiter' }] : [];
  const { processors = {}, exporters, service } = collectorConfig(ports, store, { ...limiter, deltatocumulative: {} });
  const asTaken = { receivers: ['otlp'], processors: Object.keys(limiter), exporters: ['otlphttp'] };
  return {
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: ports.otlpHttp, middlewares },
          grpc: { endpoint: ports.otlpGrpc, middlewares },
        },
      },
    },
    processors,
    exporters: {
      ...exporters,
      // It waits for the answer.
      otlphttp: { endpoint: takenUrl, compression: 'none', sending_queue: { enabled: false } },
    },
    extensions: refusing === 'extension' ? LIMITER : {},
    service: { pipelines: { ...service.pipelines, 'metrics/taken': asTaken } },
  };
}
