/** A service that is killed and comes again: stores see a reset where it was, and count nothing twice. */
import { ok, strictEqual } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus, oldPrometheus } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';
import { OLD, startServices, startWays, WAYS, type Ways } from './support/ways.ts';

const running = new AsyncDisposableStack();
const skipAll = missing(collector, newPrometheus);
const COUNTER = 'conveyor_router_records_received_total';
const FEWER = `${COUNTER}{source_id="fewer"}`;
const MORE = `${COUNTER}{source_id="more"}`;
let stores: Ways['stores'];

before(async () => {
  if (skipAll !== false) return;
  // With the extended selectors, increases are differences of samples, continued to nowhere.
  const ways = await startWays(running, ['created-timestamp-zero-ingestion', 'promql-extended-range-selectors']);
  stores = ways.stores;
  // What tells one life of a service from the next is its start time alone.
  const options = ways.services.map((service) => ({ ...service, resource: { 'service.instance.id': service.name } }));
  for (const [fewer, more] of [
    [100, 100],
    [40, 150],
  ] as const) {
    await using life = new AsyncDisposableStack();
    for (const service of await startServices(life, options)) {
      await service.record('recordRecordsReceived', ['fewer', fewer]);
      await service.record('recordRecordsReceived', ['more', more]);
      await service.flush();
    }
    for (const [way, store] of stores) {
      await eventually(async () => strictEqual(await store.valueOf(FEWER), fewer, way));
      await eventually(async () => strictEqual(await store.valueOf(MORE), more, way));
    }
  }
});
after(() => running.disposeAsync());

for (const way of WAYS) {
  const skip = skipAll || (way === OLD && missing(oldPrometheus));
  const store = (): PromqlApi => stores.get(way) ?? fail(way);

  describe(way, () => {
    it(`${way}: explore`, { skip }, async () => {
      for (const series of [FEWER, MORE]) {
        const samples = await store().samples(`${series}[1h]`);
        console.log(way, series, samples.length, JSON.stringify(samples[0]?.labels), samples.map(({values})=>values.map(({ value }) => value).join()).join(' | '));
        if (way !== OLD) console.log('resets', await store().query(`resets(${series}[1h])`), 'increase', await store().query(`increase(${series}[1h] anchored)`));
      }
      ok(true);
    });
  });
}

function fail(way: string): never {
  throw new Error(`nothing is ${way}`);
}
