import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

const orders = createDeltaforge({ meterProvider: collectSeries().meterProvider }).pipeline('orders');

test('what work gives keeps its type', async () => {
  const text: string = orders.batch({ trigger: 'timer', events: (result) => result.length }, () => 'text');
  const promise: Promise<number> = orders.checkpoint({ trigger: 'timer' }, async () => 5);
  const sent: { accepted: number } = orders.sink('kafka').send({ events: (result) => result.accepted }, () => ({
    accepted: 3,
  }));
  const wrapped: (batch: string[], more: number) => number = orders
    .processor('count')
    .wrap((batch: string[], more: number) => batch.length + more);
  assert.deepEqual([text, await promise, sent.accepted, wrapped(['a'], 1)], ['text', 5, 3, 2]);
});

test('what flows keeps its type', async () => {
  const mysql = orders.source<{ of: string }>('mysql', { table: ({ of }) => of });
  const stream: Readable = mysql.events(Readable.from([{ of: 'a' }]));
  const web: ReadableStream<{ of: string }> = mysql.events(new ReadableStream<{ of: string }>());
  const iterable: Iterable<{ of: string }> = mysql.events([{ of: 'a' }]);
  for await (const { of } of mysql.events(one())) assert.equal(of, 'a');
  assert.ok(stream && web && iterable);
});

test('what is not in a closed list, or of another type, does not compile', () => {
  const mysql = orders.source<{ of: string }>('mysql', { table: ({ of }) => of });
  const calls = [
    // @ts-expect-error no such trigger
    () => orders.batch({ trigger: 'sometimes' }, () => []),
    // @ts-expect-error a batch says what made it complete
    () => orders.batch({}, () => []),
    // @ts-expect-error no such action
    () => orders.action('explode', {}, () => {}),
    // @ts-expect-error no such role
    () => orders.processor('enrich', { role: 'outboxes' }),
    // @ts-expect-error a drop has a reason
    () => orders.sink('kafka').dropped(5),
    // @ts-expect-error no iterable and no stream
    () => mysql.events(5),
    // @ts-expect-error events of another source
    () => mysql.events([{ from: 'a' }]),
    // @ts-expect-error a result has no such number
    () => orders.sink('kafka').send({ events: (result) => result.accepted }, () => ({ refused: 3 })),
  ];
  for (const call of calls) assert.equal(typeof call, 'function');
});

async function* one(): AsyncGenerator<{ of: string }> {
  yield { of: 'a' };
}
