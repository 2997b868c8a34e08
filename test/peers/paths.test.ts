/** What was recorded, asked back on every path by PromQL: the same names, labels and values, to the last digit. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, it } from 'node:test';
import { CONSTANT } from '../support/planned-series.ts';
import { scrape } from '../support/prometheus-text.ts';
import { paths, type Path } from './paths.ts';
import { eventually } from './support/eventually.ts';
import { COLLECTOR_SCRAPED, PUSHES, SCRAPED, startObservers, type Observers } from './support/observers.ts';
import { expectedOn, metadataOf, OF_THE_SETS, escaped, valuesBySeries } from './support/path-series.ts';
import { isTraced, planForPeers, SPAN } from './support/peer-plan.ts';
import { collector, missing, newPrometheus, programOf } from './support/peers.ts';
import type { ExemplarSeries, PromqlApi, Sample } from './support/prometheus.ts';
import { receivedFrom, type ReceivedPoint } from './support/received.ts';
import { RESOURCE } from './support/service.ts';

const planned = planForPeers();
const definitions = [...new Set(planned.map(({ definition }) => definition))];
/** promtool's exit code where it has something to say on style alone. */
const STYLE = 3;
const NAMING = /should not contain abbreviated units$|non-counter metrics should not have "_total" suffix$/;
/** Where fractions may be off, one below this may be as far off as this. */
const SMALL = 1e-7;
const running = new AsyncDisposableStack();
const skipAll = missing(collector, newPrometheus);
let observers: Observers;

before(async () => {
  if (skipAll === false) observers = await startObservers(running);
});
after(() => running.disposeAsync());

for (const path of paths) {
  const skip = skipAll || missing(...path.needs);

  it(
    `${path.title}: every series has its name, its labels and its value, and there are no others`,
    { skip },
    async () => {
      const expected = valuesBySeries(planned.flatMap((series) => expectedOn(path, series)));
      await explained(async () => {
        const found = valuesBySeries(await seriesOn(path), path.extraLabels);
        deepStrictEqual(
          [...found.keys()].filter((key) => !expected.has(key)),
          [],
          'series that were not recorded',
        );
        deepStrictEqual(
          [...expected.keys()].filter((key) => !found.has(key)),
          [],
          'series that are missing',
        );
        for (const [key, value] of expected) assertEqual(found.get(key) ?? NaN, value, path.tolerance ?? 0, key);
      });
    },
  );

  it(`${path.title}: all the labels of the table are added, and no others`, { skip }, async () => {
    const series = await seriesOn(path);
    const contract = new Set([
      ...planned.flatMap(({ attributes }) => Object.keys(attributes)),
      ...Object.keys(CONSTANT),
      'le',
    ]);
    const added = new Set(series.flatMap(({ labels }) => Object.keys(labels)).filter((label) => !contract.has(label)));
    deepStrictEqual([...added].toSorted(), Object.keys(path.extraLabels).toSorted());
  });

  it(`${path.title}: target_info has the resource, and joins by job and instance`, { skip }, async () => {
    const [info, ...others] = await storeOf(path).query(`target_info{job="${path.job}"}`);
    deepStrictEqual(others, []);
    const resource = await resourceOf(path.service);
    const { service_name, service_instance_id, ...rest } = resource;
    const isTarget = path.extraLabels['job'] !== 'service.name';
    const identity = isTarget ? resource : { ...rest, job: service_name, instance: service_instance_id };
    const own = Object.entries(info?.labels ?? {}).filter(([label]) => !(isTarget && label in path.extraInfo));
    deepStrictEqual(Object.fromEntries(own.map(([label, value]) => [escaped(label), value])), identity);
    strictEqual(
      Object.keys(path.extraInfo).every((label) => label in (info?.labels ?? {})),
      true,
    );

    // The old Prometheus knows no names in quotes, and the new one no dots without.
    const version = 'service.version' in (info?.labels ?? {}) ? 'service.version' : 'service_version';
    const quoted = version.includes('.') ? JSON.stringify(version) : version;
    const join = `conveyor_router_raft_term{job="${path.job}"} * on (job, instance) group_left (${quoted}) target_info`;
    const joined = await storeOf(path).query(join);
    deepStrictEqual(
      joined.map(({ labels }) => labels[version]),
      [RESOURCE['service.version']],
    );
  });

  const { metadataJob, hasUnits = false } = path;
  if (metadataJob !== undefined) {
    it(`${path.title}: every metric has its type, its help${hasUnits ? ' and its unit' : ''}`, { skip }, async () => {
      const metadata = await storeOf(path).targetMetadata(metadataJob);
      for (const definition of definitions) {
        const expected = metadataOf(definition);
        const found = metadata.get(definition.name) ?? metadata.get(`${definition.name}_total`);
        deepStrictEqual(found, { ...expected, ...(!hasUnits && { unit: '' }) }, definition.name);
      }
    });
  }

  if (path.hasExemplars) {
    it(`${path.title}: exemplars have the trace and the span that were active`, { skip }, async () => {
      const names = '__name__=~"conveyor_router_(records_received(_total)?|routing_latency_ms_bucket)"';
      await eventually(async () => {
        const found = await storeOf(path).exemplars(`{job="${path.job}",${names}}`);
        for (const { exemplars } of found) {
          for (const { labels } of exemplars) deepStrictEqual(labels, { trace_id: SPAN.traceId, span_id: SPAN.spanId });
        }
        const isBucket = ({ seriesLabels }: ExemplarSeries): boolean => 'le' in seriesLabels;
        const counters = found.filter((series) => !isBucket(series));
        const traced = planned.filter(
          (series) => isTraced(series) && series.definition.name.endsWith('records_received'),
        );
        strictEqual(counters.length, traced.length);
        ok(found.some(isBucket), 'buckets have exemplars');
      });
    });
  }

  if (path.hasCreatedSeries) {
    it(`${path.title}: the start time of every counter and histogram is a series`, { skip }, async () => {
      const created = await storeOf(path).query(`{job="${path.job}",__name__=~".+_created",${OF_THE_SETS}}`);
      const withStart = planned.filter(({ definition }) => /^(counter|histogram)$/.test(definition.instrument));
      strictEqual(created.length, withStart.length);
      const now = Date.now() / 1000;
      for (const { name, value } of created) ok(value > now - 3600 && value <= now, `${name} is ${value}`);
    });
  }
}

for (const service of Object.keys(PUSHES).filter((name) => name !== SCRAPED)) {
  it(`the collector receives from ${service} what it receives from ${SCRAPED}`, { skip: skipAll }, async () => {
    const expected = await received(SCRAPED);
    const found = await received(service);
    deepStrictEqual([...found.keys()].toSorted(), [...expected.keys()].toSorted());
    for (const [series, { what, isOnlyGrowing, temporality }] of expected) {
      deepStrictEqual(found.get(series)?.what, what, series);
      const isDelta = service === 'delta' && isOnlyGrowing;
      strictEqual(found.get(series)?.temporality, isDelta ? 'delta' : temporality, series);
    }
  });
}

it('the collector finds the start times in scrapes that it finds in pushes', { skip: skipAll }, async () => {
  const pushed = await received(SCRAPED);
  await eventually(async () => {
    const scraped = await receivedFrom(COLLECTOR_SCRAPED, observers.files.scraped, isOfTheSets);
    for (const [series, { isOnlyGrowing, startMs }] of pushed) {
      // OpenMetrics has no start times of gauges.
      if (!isOnlyGrowing) continue;
      const [name, ...labels] = JSON.parse(series) as [string, ...string[]];
      const found = scraped.get(series) ?? scraped.get(JSON.stringify([`${name}_total`, ...labels]));
      strictEqual(found?.startMs, startMs, series);
    }
  });
});

it('the new promtool can read what the endpoint serves, and finds no mistake in it', { skip: skipAll }, async () => {
  const address = observers.services.find(({ name }) => name === SCRAPED)?.address;
  const input = await (await fetch(`http://${address}/metrics`, { headers: { connection: 'close' } })).text();
  const { status, stderr } = spawnSync(programOf(newPrometheus, 'promtool'), ['check', 'metrics'], { input });
  const lint = stderr
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  // The contracts' names are as they are, whatever promtool would call them.
  deepStrictEqual(
    lint.filter((line) => !NAMING.test(line)),
    [],
  );
  ok(status === 0 || status === STYLE, `it ends with ${status}`);
});

/** What has arrived of the instruments of the sets, but for start times. */
async function seriesOn(path: Path): Promise<Sample[]> {
  const found = await storeOf(path).query(`{job="${path.job}",${OF_THE_SETS}}`);
  return path.hasCreatedSeries ? found.filter(({ name }) => !name.endsWith('_created')) : found;
}

/** As {@link eventually}; what is wrong is told with what the collector says that has come to it. */
async function explained(look: () => Promise<void>): Promise<void> {
  try {
    await eventually(look);
  } catch (error) {
    const log = await observers.collector.program.log();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nThe collector says:\n${log}`, {
      cause: error,
    });
  }
}

/** What the collector has received of the instruments of the sets, once all of it is there. */
async function received(service: string): Promise<ReadonlyMap<string, ReceivedPoint>> {
  return eventually(async () => {
    const points = await receivedFrom(service, observers.files.pushed, isOfTheSets);
    strictEqual(points.size, planned.length);
    return points;
  });
}

function isOfTheSets(name: string): boolean {
  return definitions.some((definition) => name === definition.name || name === `${definition.name}_total`);
}

function storeOf({ store, title }: Path): PromqlApi {
  const found = store(observers);
  if (found === undefined) throw new Error(`nothing is there for ${title}`);
  return found;
}

function assertEqual(actual: number, expected: number, tolerance: number, series: string): void {
  const allowed = Number.isInteger(expected) ? 0 : tolerance * Math.max(Math.abs(expected), SMALL);
  const isEqual = Object.is(actual, expected) || Math.abs(actual - expected) <= allowed;
  ok(isEqual, `${series} is ${actual}, not ${expected}`);
}

/** The attributes of a service's resource as its own endpoint has them. */
async function resourceOf(name: string): Promise<Readonly<Record<string, string>>> {
  const service = observers.services.find((each) => each.name === name);
  const { samples } = await scrape(`http://${service?.address}/metrics`);
  return samples.find((sample) => sample.name === 'target_info')?.labels ?? {};
}
