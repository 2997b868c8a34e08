/** Bodies are given back to their source, which writes others into their memory: never one that is still read. */
import assert from 'node:assert/strict';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { createHandler } from '../../src/server/handler.ts';
import { nodeHandler } from '../../src/server/node-handler.ts';
import type { ScrapeSource } from '../../src/server/scrape-source.ts';
import { reading } from '../support/reading.ts';
import { fakeSource, largeBody, textOf } from './support/fake-source.ts';
import { connectTo } from './support/raw-client.ts';
import { mounted, serving } from './support/serving.ts';

const BODY = textOf(largeBody(40));

/** A source that spoils what it is given back. */
function spoilingSource(): ScrapeSource & { readonly recycled: readonly Uint8Array[][] } {
  const recycled: Uint8Array[][] = [];
  return {
    ...fakeSource(async () => largeBody(40)),
    recycled,
    recycle(body) {
      for (const chunk of body) chunk.fill(0);
      recycled.push([...body]);
    },
  };
}

for (const coding of ['identity', 'gzip']) {
  test(`a body that was sent with ${coding} coding is given back, and was whole`, async () => {
    const source = spoilingSource();
    await using server = await serving(source);
    for (let scrape = 1; scrape <= 3; scrape += 1) {
      const response = await fetch(`${server.origin}/metrics`, { headers: { 'accept-encoding': coding } });
      assert.equal(await response.text(), BODY);
      // The client may have read it before the server learns that it is sent.
      while (source.recycled.length < scrape) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(source.recycled.length, 3);
  });
}

test('a body that several share is given back once, when the slowest has it, and is whole for all', async () => {
  const source = spoilingSource();
  await using server = await serving(source);
  using slow = await connectTo(server.origin);
  slow.socket.pause();
  slow.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const codings = ['identity', 'gzip', 'identity', 'gzip'];
  const bodies = await Promise.all(
    codings.map(async (coding) =>
      (await fetch(`${server.origin}/metrics`, { headers: { 'accept-encoding': coding } })).text(),
    ),
  );
  for (const body of bodies) assert.equal(body, BODY);
  slow.socket.resume();
  const received = await slow.closed;
  assert.equal(received.slice(received.indexOf('\r\n\r\n') + 4), BODY);
  const chunks = source.recycled.flat();
  assert.equal(new Set(chunks).size, chunks.length);
});

test('a body whose client has gone away is not given back, since the network may still read it', async () => {
  const source = spoilingSource();
  await using server = await serving(source);
  const request = get(`${server.origin}/metrics`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.destroy();
  await once(response, 'close');
  assert.equal(await (await fetch(`${server.origin}/metrics`, { method: 'HEAD' })).text(), '');
  assert.ok(source.recycled.length <= 1);
});

test('a body that something between keeps is not given back', async () => {
  const source = spoilingSource();
  const handler = nodeHandler(source);
  const kept: unknown[] = [];
  await using server = await mounted((request, response: ServerResponse) => {
    const write = response.write.bind(response) as (chunk: unknown) => boolean;
    response.write = (chunk: unknown) => {
      kept.push(chunk);
      return write(chunk);
    };
    handler(request, response);
  });
  const response = await fetch(`${server.origin}/metrics`, { headers: { 'accept-encoding': 'identity' } });
  assert.equal(await response.text(), BODY);
  assert.equal(kept.length, 39);
  assert.equal(source.recycled.length, 0);
});

test('a body that became a web response is not given back', async () => {
  const source = spoilingSource();
  const response = await createHandler(source)(new Request('http://a/metrics'));
  assert.equal(await response.text(), BODY);
  assert.equal(source.recycled.length, 0);
});

test('the endpoint gives bodies whole while others are made in the memory of those before', async () => {
  const { reader, provider } = reading({ cardinalityLimit: () => 1e5 });
  const counter = provider.getMeter('m').createCounter('c');
  for (let index = 0; index < 20_000; index += 1) counter.add(index, { index: `${index}` });
  const server = createServer(nodeHandler(reader)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/metrics`;
  try {
    const rounds = Array.from({ length: 12 }, async (_, round) => {
      const coding = round % 3 === 0 ? 'gzip' : 'identity';
      const filter = round % 2 === 0 ? '' : `?name[]=c_total&name[]=${round}`;
      const text = await (await fetch(url + filter, { headers: { 'accept-encoding': coding } })).text();
      const samples = text.match(/^c_total\{index="(\d+)"\} \1$/gm);
      assert.equal(samples?.length, 20_000);
    });
    await Promise.all(rounds);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
