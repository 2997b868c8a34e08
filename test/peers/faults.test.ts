/**
 * What a service records while the programs that observe it fail: once they are back, every store has all of it, in
 * the one series that there was before. The faults are the table of what was done; what was lost is nothing.
 */
import { ok, strictEqual } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Collector } from './support/collector.ts';
import { CuttableLink } from './support/cuttable-link.ts';
import { eventually } from './support/eventually.ts';
import { collector as builtCollector, missing, newPrometheus } from './support/peers.ts';
import type { RunningProgram } from './support/running-program.ts';
import type { Service } from './support/service.ts';
import { collectorConfig, startServices, startWays, WRITTEN, type Ways } from './support/ways.ts';

interface Fault {
  readonly title: string;
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** Which services notice, by their names. */
  readonly noticedBy: readonly string[];
}

const running = new AsyncDisposableStack();
const skip = missing(builtCollector, newPrometheus);
const SERIES = 'conveyor_router_records_received_total';
let ways: Ways;
let services: readonly Service[];
let total = 0;

const [TO_COLLECTOR, TO_PROMETHEUS] = ['to-collector', 'to-prometheus'] as const;
const collector = (): RunningProgram => ways.collector.program;
const allStores = async (does: (program: RunningProgram) => unknown): Promise<unknown> =>
  Promise.all([...ways.stores.values()].map(({ program }) => does(program)));
let full: Collector;
let links: readonly CuttableLink[];

const FAULTS: readonly Fault[] = [
  {
    title: 'the collector is killed and started again',
    begin: () => collector().kill(),
    end: () => collector().restart(),
    noticedBy: [TO_COLLECTOR],
  },
  {
    title: 'every Prometheus is killed and started again on its data',
    begin: () => allStores((program) => program.kill()),
    end: () => allStores((program) => program.restart()),
    noticedBy: [TO_PROMETHEUS],
  },
  {
    title: 'the collector and every Prometheus are killed, and the collector is started first',
    begin: () => Promise.all([collector().kill(), allStores((program) => program.kill())]),
    end: async () => {
      await collector().restart();
      await allStores((program) => program.restart());
    },
    noticedBy: [TO_COLLECTOR, TO_PROMETHEUS],
  },
  {
    title: 'every Prometheus and the collector are killed, and the collector is started last',
    begin: () => Promise.all([allStores((program) => program.kill()), collector().kill()]),
    end: async () => {
      await allStores((program) => program.restart());
      await collector().restart();
    },
    noticedBy: [TO_COLLECTOR, TO_PROMETHEUS],
  },
  {
    title: 'the collector freezes and thaws',
    begin: async () => collector().signal('SIGSTOP'),
    end: async () => collector().signal('SIGCONT'),
    noticedBy: [TO_COLLECTOR],
  },
  {
    title: 'every Prometheus freezes and thaws',
    begin: () => allStores((program) => program.signal('SIGSTOP')),
    end: () => allStores((program) => program.signal('SIGCONT')),
    noticedBy: [TO_PROMETHEUS],
  },
  {
    title: 'the collector refuses all pushes for want of memory',
    begin: async () => {
      await collector().kill();
      // It has more than a megabyte from the start.
      const processors = { memory_limiter: { check_interval: '100ms', limit_mib: 1 } };
      const store = ways.stores.get(WRITTEN)?.origin ?? '';
      full = await Collector.start(ways.collector.ports, (ports) => collectorConfig(ports, store, processors));
    },
    end: async () => {
      await full[Symbol.asyncDispose]();
      await collector().restart();
    },
    noticedBy: [TO_COLLECTOR],
  },
  {
    title: 'the network between the services and all that they push to is cut and mended',
    begin: async () => links.forEach((link) => link.cut()),
    end: async () => links.forEach((link) => link.mend()),
    noticedBy: [TO_COLLECTOR, TO_PROMETHEUS],
  },
];

before(async () => {
  if (skip !== false) return;
  ways = await startWays(running);
  const endpoints = ways.services.map(({ env }) => new URL(env?.['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? ''));
  links = await Promise.all(endpoints.map(async ({ host }) => running.use(await CuttableLink.to(host))));
  const options = ways.services.map((service, index) => {
    const endpoint = `http://${links[index]?.address}${endpoints[index]?.pathname.replace(/\/$/, '')}`;
    return { ...service, env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRIC_EXPORT_INTERVAL: '2000' } };
  });
  services = await startServices(running, options);
});
after(() => running.disposeAsync());

for (const { title, begin, end, noticedBy } of FAULTS) {
  it(`nothing is lost, and no series comes twice, while ${title}`, { skip }, async () => {
    await record(1);
    await allHaveTheTotal();
    const failures = new Map(services.map((service) => [service.name, failuresOf(service)]));

    await begin();
    await eventually(async () => {
      await record(1);
      for (const service of services.filter(({ name }) => noticedBy.includes(name))) {
        ok(failuresOf(service) > (failures.get(service.name) ?? 0), `${service.name} has noticed`);
      }
    });
    await end();

    await record(1);
    await allHaveTheTotal();
  });
}

async function record(records: number): Promise<void> {
  await Promise.all(services.map((service) => service.record(['recordRecordsReceived', 'source', records])));
  total += records;
}

/** How often a service has told that it cannot push. */
function failuresOf({ app }: Service): number {
  return app.stderr.filter((line) => /^flowmeter: OTLP push to .+ fails/.test(line)).length;
}

async function allHaveTheTotal(): Promise<void> {
  for (const [way, store] of ways.stores) {
    await eventually(async () => strictEqual(await store.valueOf(SERIES), total, way));
    const series = await store.samples(`${SERIES}[1h]`);
    strictEqual(series.length, 1, way);
  }
}
