/**
 * The paths from a service to a store, and the one table of what is there on each of them beside what was recorded.
 * Whatever a path adds that is not here fails the tests, and so does what is here and is not added.
 */
import {
  COLLECTOR_SCRAPED,
  PUSHES,
  SCRAPE_PROTOCOLS,
  SCRAPED,
  STRATEGIES,
  straightTo,
  type Observers,
  type Strategy,
} from './support/observers.ts';
import { oldPrometheus, victoriaMetrics, type InstalledPeer } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';

export interface Path {
  readonly title: string;
  /** What is needed beside what is built. */
  readonly needs: readonly InstalledPeer[];
  /** Where the series arrive, and under which `job`. */
  readonly store: (observers: Observers) => PromqlApi | undefined;
  readonly job: string;
  /** Whose series they are. */
  readonly service: string;
  /** Whether counters end in `_total`: but for the strategies that leave names alone, they do. */
  readonly hasSuffixes: boolean;
  /** The job whose scrapes tell type and help: Prometheus keeps those of what it scrapes, and of nothing else. */
  readonly metadataJob?: string;
  /** Whether they tell units as well: Prometheus' text has no place for them, and the collector leaves them out. */
  readonly hasUnits?: boolean;
  /** Whether exemplars arrive. Prometheus' text has no place for them, and VictoriaMetrics stores none. */
  readonly hasExemplars: boolean;
  /** Whether start times are series of their own, `_created`: Prometheus takes those of OpenMetrics for samples. */
  readonly hasCreatedSeries: boolean;
  /** How far a fraction may be off, as a part of it: nothing, if not given. Integers are exact everywhere. */
  readonly tolerance?: number;
  /** The labels that series bear beside those of the contract, and what they are. */
  readonly extraLabels: Readonly<Record<string, string>>;
  /** The labels of `target_info` beside the resource's attributes, and what they are. */
  readonly extraInfo: Readonly<Record<string, string>>;
}

const OF_TARGET = { job: 'the name of the scrape job', instance: 'the address that was scraped' };
const OF_SERVICE = { job: 'service.name', instance: 'service.instance.id' };
const OF_SCOPE = { otel_scope_name: "the set's name: the collector has scopes as labels unless it is told not to" };

const OF_SCRAPES = {
  needs: [],
  service: SCRAPED,
  hasSuffixes: true,
  extraLabels: OF_TARGET,
  extraInfo: OF_TARGET,
};

const scraped: Path[] = [
  {
    ...OF_SCRAPES,
    title: 'scraped by the old Prometheus',
    needs: [oldPrometheus],
    store: ({ old }) => old,
    job: 'service',
    metadataJob: 'service',
    hasUnits: true,
    // It asks for OpenMetrics first.
    hasExemplars: true,
    hasCreatedSeries: true,
  },
  ...Object.keys(SCRAPE_PROTOCOLS).map((job) => ({
    ...OF_SCRAPES,
    title: `scraped by Prometheus 3 as ${job}`,
    store: ({ scraping }: Observers) => scraping,
    job,
    metadataJob: job,
    hasUnits: job !== 'text',
    hasExemplars: job !== 'text',
    hasCreatedSeries: job === 'openmetrics',
  })),
];

const OF_PUSHES = {
  needs: [],
  hasSuffixes: true,
  hasExemplars: true,
  hasCreatedSeries: false,
  extraInfo: OF_SERVICE,
};

const collected: Path[] = Object.keys(PUSHES).flatMap((service) => [
  {
    ...OF_PUSHES,
    title: `pushed to the collector (${service}), which Prometheus 3 scrapes`,
    store: ({ scraping }: Observers) => scraping,
    job: service,
    service,
    metadataJob: 'collector',
    hasUnits: false,
    extraLabels: { ...OF_SERVICE, ...OF_SCOPE },
  },
  {
    ...OF_PUSHES,
    title: `pushed to the collector (${service}), which writes to Prometheus 3`,
    store: ({ written }: Observers) => written,
    job: service,
    service,
    extraLabels: { ...OF_SERVICE, ...OF_SCOPE },
  },
]);

const inVictoriaMetrics: Path = {
  ...OF_PUSHES,
  title: `pushed to the collector (${SCRAPED}), which writes to VictoriaMetrics`,
  needs: [victoriaMetrics],
  store: ({ victoria }) => victoria,
  job: SCRAPED,
  service: SCRAPED,
  hasExemplars: false,
  extraLabels: { ...OF_SERVICE, ...OF_SCOPE },
  // It stores decimal numbers, and not all the digits of a fraction.
  tolerance: 1e-12,
};

const received: Path[] = STRATEGIES.map((strategy: Strategy) => ({
  ...OF_PUSHES,
  title: `pushed to Prometheus 3, which has ${strategy}`,
  store: ({ receiving }: Observers) => receiving[strategy],
  job: straightTo(strategy),
  service: straightTo(strategy),
  hasSuffixes: strategy.endsWith('WithSuffixes'),
  extraLabels: OF_SERVICE,
}));

const passedOn: Path = {
  ...OF_SCRAPES,
  title: 'scraped by the collector, which pushes to Prometheus 3',
  store: ({ receiving }) => receiving.UnderscoreEscapingWithSuffixes,
  job: COLLECTOR_SCRAPED,
  hasExemplars: true,
  hasCreatedSeries: false,
  extraInfo: {
    ...OF_TARGET,
    server_port: "the scraped address', by the collector's receiver",
    url_scheme: "the scraped address', by the collector's receiver",
  },
};

export const paths: readonly Path[] = [...scraped, ...collected, inVictoriaMetrics, ...received, passedOn];
