/** A service that is killed and comes again: stores see a reset where it was, and count nothing twice. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { collector, missing, newPrometheus, oldPrometheus, programOf } from './support/peers.ts';
import { Prometheus, type PromqlApi } from './support/prometheus.ts';
import { Service } from './support/service.ts';
import {
  COLLECTED,
  OLD,
  SCRAPED,
  startServices,
  startWays,
  WAYS,
  WRITTEN,
  type Way,
  type Ways,
} from './support/ways.ts';

const running = new AsyncDisposableStack();
const skipAll = missing(collector, newPrometheus);
const COUNTER = 'conveyor_router_records_received_total';

/** What is recorded in the two lives of the service: the second falls below the first, or only its start time tells. */
const LIVES = { fewer: [100, 40], more: [100, 150] } as const;
const SCRAPERS: readonly Way[] = [OLD, SCRAPED, COLLECTED];
/** The formats that have start times; Prometheus reads both where it is told to know them. */
const FORMATS = { protobuf: 'PrometheusProto', OpenMetrics: 'OpenMetricsText1.0.0' } as const;
/** Remote write 1.0, which the collector writes, and the old Prometheus have no start times. */
const WITHOUT_START_TIMES: ReadonlySet<Way> = new Set([OLD, WRITTEN]);
/** With the extended selectors, increases are differences of samples, continued to nowhere. */
const FEATURES = ['created-timestamp-zero-ingestion', 'promql-extended-range-selectors'];
let stores: Ways['stores'];
/** Has scraped a service that records only while it is scraped, in both formats at once. */
let inScrapes: Prometheus;

before(async () => {
  if (skipAll === false) await Promise.all([liveOnAllWays(), liveInScrapes()]);
});
after(() => running.disposeAsync());

for (const way of WAYS) {
  const skip = skipAll || (way === OLD && missing(oldPrometheus));
  const store = (): PromqlApi => stores.get(way) ?? fail(way);

  it(`${way}: both lives of a service are one series, which was reset once`, { skip }, async () => {
    const series = await store().samples(`${COUNTER}{source_id="fewer"}[1h]`);
    strictEqual(series.length, 1);
    const values = series[0]?.values.map(({ value }) => value) ?? [];
    const distinct = values.filter((value, index) => value !== values[index - 1]);
    deepStrictEqual(
      distinct.filter((value) => value !== 0),
      [...LIVES.fewer],
    );
    strictEqual(await store().valueOf(`resets(${COUNTER}{source_id="fewer"}[1h])`), 1);
  });

  if (way === OLD) continue;
  for (const [source, [first, second]] of Object.entries(LIVES)) {
    const grew = second > first ? 'more than before' : 'less than before';
    const withoutStart = second > first ? second - first : second;
    const expected = WITHOUT_START_TIMES.has(way) ? withoutStart : first + second;
    it(`${way}: the increase over a restart that is followed by ${grew} is ${expected}`, { skip }, async () => {
      strictEqual(await store().valueOf(`increase(${COUNTER}{source_id="${source}"}[1h] anchored)`), expected);
    });
  }
}

for (const [format, protocol] of Object.entries(FORMATS)) {
  it(
    `the increase over a restart counts once what is recorded while ${format} is scraped`,
    { skip: skipAll },
    async () => {
      const counter = `${COUNTER}{job="${protocol}"}[1h]`;
      strictEqual(await inScrapes.valueOf(`resets(${counter})`), 1);
      strictEqual(await inScrapes.valueOf(`increase(${counter} anchored)`), LIVES.more[0] + LIVES.more[1]);
    },
  );
}

async function liveOnAllWays(): Promise<void> {
  const ways = await startWays(running, FEATURES);
  stores = ways.stores;
  const scrapers = SCRAPERS.flatMap((way) => stores.get(way) ?? []);
  // So that both lives are of the same series: by itself, each process is an instance.
  const options = ways.services.map((each) => ({ ...each, resource: { 'service.instance.id': each.name } }));
  for (const life of [0, 1] as const) {
    await using services = new AsyncDisposableStack();
    const both = await startServices(services, options);
    // Who scrapes is away meanwhile: what begins after the scrape that shows it first is counted twice, which a collector that hears
    // of it while it is scraped cannot help, and nobody can where Prometheus waits for the machine with its request.
    await Promise.all(scrapers.map(({ program }) => program.kill()));
    for (const service of both) {
      await service.record(
        ['recordRecordsReceived', 'fewer', LIVES.fewer[life]],
        ['recordRecordsReceived', 'more', LIVES.more[life]],
      );
      await service.flush();
    }
    await Promise.all(scrapers.map(({ program }) => program.restart()));
    for (const [way, store] of stores) {
      for (const source of ['fewer', 'more'] as const) {
        const query = `${COUNTER}{source_id="${source}"}`;
        await eventually(async () => strictEqual(await store.valueOf(query), LIVES[source][life], way));
      }
    }
  }
}

async function liveInScrapes(): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  const config = {
    global: { scrape_interval: '3s', scrape_timeout: '3s' },
    scrape_configs: Object.values(FORMATS).map((protocol) => ({
      job_name: protocol,
      scrape_protocols: [protocol],
      static_configs: [{ targets: [address] }],
    })),
  };
  const flags = [`--enable-feature=${FEATURES.join()}`];
  inScrapes = running.use(await Prometheus.start({ command: programOf(newPrometheus), config, flags }));
  for (const records of LIVES.more) {
    await using service = await Service.start({
      name: 'scraped',
      address,
      env: { OTEL_METRICS_EXPORTER: 'prometheus' },
    });
    await service.record(['recordsReceivedInNextScrape', 'source', records]);
    await eventually(async () => {
      for (const protocol of Object.values(FORMATS)) {
        const [series] = await inScrapes.samples(`${COUNTER}{job="${protocol}"}[1h]`);
        // A zero that comes too late comes with the second scrape.
        const found = series?.values.filter(({ value }) => value === records) ?? [];
        ok(found.length > 1, `${found.length} samples of ${protocol}`);
      }
    });
  }
}

function fail(way: string): never {
  throw new Error(`nothing is ${way}`);
}
