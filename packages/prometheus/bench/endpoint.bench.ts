/**
 * An endpoint of one contender with so many counter series, and a tenth as many histograms. It does what its parent sends
 * it orders for, and is scraped in between:
 *
 *     node --conditions=@flowmeter/source --expose-gc endpoint.bench.ts flowmeter 1000
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Allocations } from './allocations.ts';
import { Beat } from './beat.ts';
import { onBodyMade } from './body-made.ts';
import { isName, load } from './contenders/load.ts';
import type { Order, Orders } from './orders.ts';
import { Recorder } from './recorder.ts';
import { Size } from './series.ts';

const [name, counters] = process.argv.slice(2);
if (!isName(name)) throw new TypeError(`No such contender: ${name}`);
const { gc } = globalThis;
if (gc === undefined) throw new Error('It needs --expose-gc.');

const size = new Size(Number(counters));
const createContender = await load(name);
const contender = createContender({ exports: 1, cardinalityLimit: 2 * size.series });
const recorder = new Recorder(contender, size);
const beat = new Beat();
const allocations = new Allocations();
let tookMs = Number.NaN;

const ORDERS: { readonly [Name in Order]: () => Orders[Name] } = {
  record: () => {
    recorder.recordAll();
    return recorder.totals;
  },
  took: () => tookMs,
  watchBlocks: () => {
    beat.start();
    return null;
  },
  longestBlock: () => beat.stop(),
  watchAllocations: () => {
    allocations.start(() => {
      gc();
    });
    return null;
  },
  allocated: () => allocations.stop(),
};

// The others' turns take a while.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const start = performance.now();
  const made = (): void => {
    tookMs = performance.now() - start;
    allocations.look();
  };
  onBodyMade(response, made, () => allocations.look());
  contender.answer(request, response);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, totals: recorder.totals });
});
process.on('message', (order: Order) => process.send?.(ORDERS[order]()));
process.on('disconnect', () => process.exit());
