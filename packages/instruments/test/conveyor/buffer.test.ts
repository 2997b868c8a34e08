import { createConveyor } from '@flowmeter/instruments/conveyor';
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { collectSeries, type Collected } from '../support/collected-series.ts';
import { fc } from '../support/properties.ts';
import { captureReports, stopReports } from '../support/reports.ts';

const STAGE = { stage_id: 'filter' };
const NAME = 'conveyor_router_buffer_utilization';

let reports: readonly string[] = [];
let sdk: Collected;

before(() => {
  reports = captureReports();
});
beforeEach(() => {
  sdk = collectSeries();
});
after(stopReports);

/** A buffer as a router has it: bounded, asynchronous, with private parts. */
class Bounded {
  readonly capacity = 4;
  readonly #items: unknown[] = [];

  get length(): number {
    return this.#items.length;
  }

  put(...items: unknown[]): number {
    if (this.length + items.length > this.capacity) throw new RangeError('full');
    return this.#items.push(...items);
  }

  async putLater(item: unknown): Promise<string> {
    await new Promise(setImmediate);
    this.put(item);
    return 'put';
  }

  take(): unknown {
    return this.#items.shift();
  }
}

class Deeper extends Bounded {
  drain = (): void => {
    while (this.take() !== undefined);
  };
}

test('a buffer is given back itself, and is shown empty from the start', async () => {
  const queue = new Bounded();
  assert.equal(createConveyor(sdk).buffer(STAGE, queue), queue);
  assert.deepEqual(await sdk.series(NAME), [{ attributes: STAGE, value: 0 }]);
});

test('a buffer that holds something already is shown as it is', async () => {
  createConveyor(sdk).buffer(STAGE, [1, 2, 3], { capacity: 10 });
  assert.equal(await sdk.value(NAME), 0.3);
});

test('what is put into a buffer and taken from it shows', async () => {
  const queue = createConveyor(sdk).buffer(STAGE, new Deeper());
  assert.equal(queue.put('a', 'b', 'c'), 3);
  assert.equal(await sdk.value(NAME), 0.75);
  assert.equal(queue.take(), 'a');
  assert.equal(await sdk.value(NAME), 0.5);
  queue.drain();
  assert.equal(await sdk.value(NAME), 0);
});

test('what a method does until its promise has settled shows, and its promise has the same outcome', async () => {
  const queue = createConveyor(sdk).buffer(STAGE, new Bounded());
  const put = queue.putLater('a');
  assert.equal(await sdk.value(NAME), 0);
  assert.equal(await put, 'put');
  assert.equal(await sdk.value(NAME), 0.25);
  queue.put('b', 'c', 'd');
  await assert.rejects(queue.putLater('e'), RangeError);
  assert.equal(await sdk.value(NAME), 1);
});

test('an error of a method is thrown as it is', () => {
  const queue = createConveyor(sdk).buffer(STAGE, new Bounded());
  assert.throws(() => queue.put(1, 2, 3, 4, 5), { name: 'RangeError', message: 'full' });
});

test('an array shows the share of its capacity that is in use, whatever is done with it', async () => {
  const call = fc.constantFrom('push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'concat', 'slice');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(call, fc.array(fc.nat(9), { maxLength: 3 })), { maxLength: 20 }),
      async (calls) => {
        const { meterProvider, value } = collectSeries();
        const bare: number[] = [];
        const queue = createConveyor({ meterProvider }).buffer(STAGE, [] as number[], { capacity: 8 });
        for (const [name, args] of calls) {
          const method = (array: number[]): unknown => Reflect.apply(array[name], array, name === 'sort' ? [] : args);
          assert.deepEqual(method(queue), method(bare));
          assert.deepEqual([...queue], [...bare]);
        }
        assert.equal(await value(NAME), bare.length / 8);
      },
    ),
  );
});

test('a set and a map are as full as their size', async () => {
  const seen = createConveyor(sdk).buffer(STAGE, new Set(['a', 'b']), { capacity: 4 });
  seen.delete('a');
  assert.equal(await sdk.value(NAME), 0.25);
  seen.clear();
  assert.equal(await sdk.value(NAME), 0);
});

test('a buffer whose length is elsewhere is told it', async () => {
  const ring = { head: 0, tail: 0, advance: () => void (ring.head += 1) };
  const options = { capacity: 10, length: () => ring.head - ring.tail };
  createConveyor(sdk).buffer(STAGE, ring, options).advance();
  assert.equal(await sdk.value(NAME), 0.1);
});

test('a buffer that is fuller than it should be shows more than 1', async () => {
  createConveyor(sdk).buffer(STAGE, [1], { capacity: 2 }).push(2, 3);
  assert.equal(await sdk.value(NAME), 1.5);
});

test('a buffer without a capacity is left alone, and one line says so', async () => {
  const { buffer } = createConveyor(sdk);
  for (const capacity of [undefined, 0, -1, Number.NaN, '8']) {
    const queue: number[] = [];
    assert.equal(buffer(STAGE, queue, { capacity: capacity as number }), queue);
    assert.deepEqual(Reflect.ownKeys(queue), ['length']);
  }
  assert.deepEqual(await sdk.series(NAME), []);
  assert.equal(
    reports[0],
    'flowmeter: conveyor: a buffer is not watched, since its capacity is undefined; it has to be more than 0',
  );
  assert.equal(reports.length, 5);
});

test('a class that a buffer has for its users stays one', async () => {
  class Item {
    static readonly of = (value: number): Item => new Item(value);
    readonly value: number;
    constructor(value: number) {
      this.value = value;
    }
  }
  const store = { capacity: 2, length: 0, Item, add: (...items: Item[]) => void (store.length += items.length) };
  const queue = createConveyor(sdk).buffer(STAGE, store);
  queue.add(new queue.Item(queue.Item.of(3).value));
  assert.equal(queue.add.name, 'add');
  assert.equal(await sdk.value(NAME), 0.5);
});

test('a buffer whose length cannot be told works as before', () => {
  const fail = (): never => {
    throw new Error('no length');
  };
  const queue = createConveyor(sdk).buffer(STAGE, [1], { capacity: 2, length: fail });
  assert.equal(queue.push(2), 2);
});

test('a buffer that takes no properties is left alone', () => {
  const queue = Object.freeze([1, 2]);
  assert.equal(createConveyor(sdk).buffer(STAGE, queue, { capacity: 2 }), queue);
  assert.throws(() => (queue as unknown as number[]).push(3), TypeError);
});
