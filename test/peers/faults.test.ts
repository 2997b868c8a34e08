/**
 * What services record while the programs that observe them fail: once they are back, every store has all of it, in
 * the series that there were before. The faults are the table of what was done; what was lost is nothing.
 */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { comeOver, faultRows, faults } from './faults.ts';
import { allHaveArrived, deltasTwice } from './support/arrivals.ts';
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

for (const fault of faults) {
  it(`nothing is lost, and no series comes twice, while ${fault.title}`, { skip }, async () => {
    const twice = await deltasTwice(underLoad);
    const series = await seriesInStores();

    await underLoad.goOn();
    await comeOver(underLoad, fault);
    await underLoad.pause();
    await allHaveArrived(underLoad);

    deepStrictEqual(await seriesInStores(), series);
    if (fault.mayComeTwice) return;
    for (const [name, value] of await deltasTwice(underLoad)) ok(value <= (twice.get(name) ?? NaN), name);
  });
}

it('the table of what was done is that of the tests', async () => {
  const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
  const [, table = ''] = /\| while … \|.*\n\| --- .*\n((?:\|.*\n)+)/.exec(readme) ?? [];
  deepStrictEqual(table.trimEnd().split('\n'), faultRows());
});

/** How many series of the sets each store has. */
async function seriesInStores(): Promise<[way: string, series: number][]> {
  const stores = [...underLoad.ways.stores];
  const count = 'count({__name__=~"conveyor_.+"})';
  return Promise.all(stores.map(async ([way, store]) => [way, await store.valueOf(count)]));
}
