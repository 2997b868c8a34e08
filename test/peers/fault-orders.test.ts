/**
 * The collector, every Prometheus and the application are killed, in every order, and started again, in every order,
 * while the application records. What it had pushed stays; what its last push could deliver is there; and what it records in
 * its next life is in every store, in the series that was there before. Lost is what an end without a push, or without
 * anyone to push to, takes along.
 */
import { ok, strictEqual } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { allHaveArrived, inDeltas, RECORDS, selector, SOURCES } from './support/arrivals.ts';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus } from './support/peers.ts';
import { LOAD } from './support/service.ts';
import { DELTAS, TO_COLLECTOR, TO_PROMETHEUS, UnderLoad } from './support/under-load.ts';
import { COLLECTED, PUSHED, WRITTEN, type Way } from './support/ways.ts';

const PARTS = ['the collector', 'Prometheus', 'the app'] as const;
type Part = (typeof PARTS)[number];

const running = new AsyncDisposableStack();
const skip = missing(collector, newPrometheus);
const orders = permutationsOf(PARTS);
/** More than any life records beside it: where a life begins, the total falls. */
const BASE = 10_000 * RECORDS.perTick;
/** A push may take as long: what a service pushes at its end is to arrive also where the machine is slow. */
const PACE = { scrapeInterval: '500ms', pushMs: 2000, deltaPushMs: 2000 };
/** Between one fault and the next. */
const SOME_TICKS = 10;
/** What has to be there for the last push of the app to reach a store. */
const WAYS_OF_PUSHES = new Map<Way, readonly Part[]>([
  [COLLECTED, ['the collector', 'Prometheus']],
  [WRITTEN, ['the collector', 'Prometheus']],
  [PUSHED, ['Prometheus']],
]);

/** Half of the services are told to end, and the others are ended at once; the next time it is the other way about. */
const ROUNDS = orders.map((kills, index) => ({
  kills,
  starts: orders[(index + 1) % orders.length] ?? kills,
  told: index % 2 === 0 ? [TO_COLLECTOR, 'deltas-by-http'] : [TO_PROMETHEUS, 'deltas-by-grpc'],
}));
let underLoad: UnderLoad;
let lives = 1;

before(async () => {
  if (skip === false) underLoad = await UnderLoad.start(running, PACE);
});
after(() => running.disposeAsync());

for (const { kills, starts, told } of ROUNDS) {
  const order = `${kills.join(', then ')} ends, and ${starts.join(', then ')} begins`;
  it(`nothing that was delivered is lost, and what follows is whole, where ${order}`, { skip }, async () => {
    const delivered = await deliver();
    const gone = new Set<Part>();
    for (const part of kills) {
      if (!gone.has('the app')) await underLoad.record(SOME_TICKS);
      if (part === 'the collector') await underLoad.collector.kill();
      else if (part === 'Prometheus') await underLoad.everyPrometheus((program) => program.kill());
      else await endApp(told, gone);
      gone.add(part);
    }
    const isCollectorThere = kills.indexOf('the app') < kills.indexOf('the collector');
    const recorded = totals();
    for (const name of Object.keys(DELTAS)) {
      const taken = underLoad.taken.valueOf(inDeltas(RECORDS, name));
      if (isCollectorThere && told.includes(name)) strictEqual(taken, recorded.get(name), name);
      else isTotalBetween(taken, delivered.get(name), recorded.get(name), name);
    }

    for (const part of starts) {
      if (part === 'the collector') await underLoad.startCollector();
      else if (part === 'Prometheus') await underLoad.everyPrometheus((program) => program.restart());
      else await underLoad.startServices();
    }
    lives += 1;
    await underLoad.record(SOME_TICKS);
    await underLoad.pause();
    await underLoad.flush();
    await allHaveArrived(underLoad);

    for (const [way, store] of underLoad.ways.stores) {
      const { service, job } = SOURCES[way];
      const [series] = await store.samples(`${selector(RECORDS, job)}[1h]`);
      const ofLives = lastOfEachLife(series?.values.map(({ value }) => value) ?? []);
      strictEqual(ofLives.length, lives, way);
      const former = ofLives.at(-2) ?? NaN;
      if (told.includes(service) && canLastPushArrive(way, kills)) strictEqual(former, recorded.get(service), way);
      else isTotalBetween(former, delivered.get(service), recorded.get(service), way);
    }
    await underLoad.goOn();
  });
}

/** Has everything that is there pushed, and waits for it in the stores; resolves to the totals that they have at least. */
async function deliver(): Promise<Map<string, number>> {
  const { services, taken, ways } = underLoad;
  await Promise.all(services.map((service) => service.record(['recordRecordsReceived', LOAD.source, BASE])));
  const delivered = totals();
  await underLoad.flush();
  for (const name of Object.keys(DELTAS)) {
    const series = inDeltas(RECORDS, name);
    await eventually(() => ok(taken.valueOf(series) >= (delivered.get(name) ?? NaN), name));
  }
  for (const [way, store] of ways.stores) {
    const { service, job } = SOURCES[way];
    await eventually(async () => {
      const value = await store.valueOf(selector(RECORDS, job));
      ok(value >= (delivered.get(service) ?? NaN), `${way}: ${value}`);
    });
  }
  return delivered;
}

/** What each service has recorded in its present life. */
function totals(): Map<string, number> {
  return new Map(underLoad.services.map(({ name, ticks }) => [name, BASE + ticks * RECORDS.perTick]));
}

/** Ends those that are told to by SIGTERM, after a last push, and the others by SIGKILL. */
async function endApp(told: readonly string[], gone: ReadonlySet<Part>): Promise<void> {
  await Promise.all(
    underLoad.services.map(async ({ name, app }) => {
      const signal = told.includes(name) ? 'SIGTERM' : 'SIGKILL';
      app.signal(signal);
      strictEqual((await app.ended).signal, signal);
    }),
  );
  // A collector answers before it has written on, and before it is asked for what it has: what is next is not killed before.
  for (const [way, hops] of WAYS_OF_PUSHES) {
    const { service, job } = SOURCES[way];
    if (!told.includes(service) || hops.some((hop) => gone.has(hop))) continue;
    const total = totals().get(service);
    await eventually(async () => strictEqual(await underLoad.store(way).valueOf(selector(RECORDS, job)), total, way));
  }
}

function canLastPushArrive(way: Way, kills: readonly Part[]): boolean {
  const app = kills.indexOf('the app');
  return WAYS_OF_PUSHES.get(way)?.every((hop) => kills.indexOf(hop) > app) ?? false;
}

/** It is one that the service had meanwhile. */
function isTotalBetween(total: number, least = NaN, most = NaN, message: string): void {
  ok(total >= least && total <= most, `${message}: ${total} is not between ${least} and ${most}`);
  strictEqual((total - BASE) % RECORDS.perTick, 0, message);
}

function lastOfEachLife(values: readonly number[]): number[] {
  return values.filter((value, index) => index === values.length - 1 || (values[index + 1] ?? NaN) < value);
}

function permutationsOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutationsOf(items.filter((other) => other !== item)).map((others) => [item, ...others]),
  );
}
