/**
 * What services record while the programs that observe them fail: once they are back, every store has all of it, in
 * the series that there were before. The faults are the table of what was done; what was lost is nothing.
 */
import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { faults } from './faults.ts';
import { allHaveArrived, deltasTwice } from './support/arrivals.ts';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus } from './support/peers.ts';
import { UnderLoad } from './support/under-load.ts';

const running = new AsyncDisposableStack();
const skip = missing(collector, newPrometheus);
let underLoad: UnderLoad;

before(async () => {
  if (skip !== false) return;
  underLoad = await UnderLoad.start(running);
  await underLoad.pause();
  await allHaveArrived(underLoad);
});
after(() => running.disposeAsync());

for (const { title, begin, noticedBy, reason = /./, mayComeTwice } of faults) {
  it(`nothing is lost, and no series comes twice, while ${title}`, { skip }, async () => {
    const twice = deltasTwice(underLoad);
    const series = await seriesInStores();
    const noticing = noticedBy.map((name) => underLoad.service(name));
    const failures = noticing.map((service) => service.failures.length);

    await underLoad.goOn();
    const end = await begin(underLoad);
    await eventually(() => {
      noticing.forEach((service, index) => {
        const [failure = '', ...others] = service.failures.slice(failures[index]);
        ok(failure !== '', `${service.name} has noticed`);
        match(failure, reason);
        deepStrictEqual(others, []);
      });
    });
    await end();

    await underLoad.pause();
    await allHaveArrived(underLoad);
    deepStrictEqual(await seriesInStores(), series);
    if (!mayComeTwice) deepStrictEqual(deltasTwice(underLoad), twice);
  });
}

/** How many series of the sets each store has. */
async function seriesInStores(): Promise<[way: string, series: number][]> {
  const stores = [...underLoad.ways.stores];
  const count = 'count({__name__=~"conveyor_.+"})';
  return Promise.all(stores.map(async ([way, store]) => [way, await store.valueOf(count)]));
}
