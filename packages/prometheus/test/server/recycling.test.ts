/** Bodies are given back to their source, which writes others into their memory: never one that is still read. */
import assert from 'node:assert/strict';
import { createServer, get, ServerResponse, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { duplexPair, type Writable } from 'node:stream';
import { test } from 'node:test';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { createHandler } from '../../src/server/handler.ts';
import { nodeHandler } from '../../src/server/node-handler.ts';
import type { ScrapeSource } from '../../src/server/scrape-source.ts';
import { reading } from '../support/reading.ts';
import { fakeSource, largeBody, textOf } from './support/fake-source.ts';
import { connectTo } from './support/raw-client.ts';
import { mounted, serving, type Serving } from './support/serving.ts';

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

for (const [what, keep] of [
  ['that middleware keeps', (response: ServerResponse, chunks: unknown[]) => keepWritten(response, chunks)],
  [
    'that middleware keeps, which takes itself out again,',
    (response: ServerResponse, chunks: unknown[]) => {
      const { write, end } = response;
      keepWritten(response, chunks);
      response.end = (chunk: unknown) => {
        chunks.push(chunk);
        response.write = write;
        response.end = end;
        return response.end(chunk);
      };
    },
  ],
  [
    'that is kept where the socket is written to',
    ({ socket }: ServerResponse, chunks: unknown[]) => socket !== null && keepWritten(socket, chunks),
  ],
] as const) {
  test(`a body ${what} is not given back`, async () => {
    const source = spoilingSource();
    const handler = nodeHandler(source);
    const kept: unknown[] = [];
    await using server = await mounted((request, response: ServerResponse) => {
      keep(response, kept);
      handler(request, response);
    });
    assert.equal(await plainText(server), BODY);
    assert.ok(kept.length >= 39);
    await plainText(server);
    assert.equal(source.recycled.length, 0);
  });
}

test('a body that is kept by whoever has changed what all responses do is not given back', async (context) => {
  const source = spoilingSource();
  await using server = await mounted(nodeHandler(source));
  const kept: unknown[] = [];
  const { write } = ServerResponse.prototype;
  ServerResponse.prototype.write = function keeping(this: ServerResponse, chunk: unknown) {
    kept.push(chunk);
    return write.call(this, chunk, 'utf8');
  };
  context.after(() => (ServerResponse.prototype.write = write));
  assert.equal(await plainText(server), BODY);
  await plainText(server);
  assert.equal(source.recycled.length, 0);
});

test('a body that stays within the process is not given back', async () => {
  const source = spoilingSource();
  const server = createServer(nodeHandler(source));
  const received: Uint8Array[][] = [];
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const [client, connection] = duplexPair();
    server.emit('connection', connection);
    client.write('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    received.push((await client.toArray()) as Uint8Array[]);
  }
  for (const chunks of received) {
    const text = textOf(chunks);
    assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), BODY);
  }
});

test('a body is made of buffers, whether its memory was one’s before or not', async () => {
  const { reader } = largeReader();
  const handler = nodeHandler(reader);
  let kept: unknown[] | undefined;
  await using server = await mounted((request, response: ServerResponse) => {
    if (kept !== undefined) keepWritten(response, kept);
    handler(request, response);
  });
  // Given back, since nothing keeps them.
  for (let scrape = 0; scrape < 2; scrape += 1) await plainText(server);
  kept = [];
  await plainText(server);
  assert.ok(kept.length > 1);
  assert.ok(kept.every((chunk) => chunk === undefined || Buffer.isBuffer(chunk)));
});

test('a source that fails when it is given a body back is no failure of the scrape', async (context) => {
  const reports = captureReports();
  context.after(stopReports);
  const source: ScrapeSource = {
    ...fakeSource(async () => largeBody(40)),
    recycle() {
      throw new Error('no room');
    },
  };
  await using server = await serving(source);
  for (let scrape = 0; scrape < 3; scrape += 1) assert.equal(await plainText(server), BODY);
  while (reports.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(reports, ['flowmeter: a body could not be given back: no room']);
});

test('a body that became a web response is given back when it has been read, which was a copy', async () => {
  const source = spoilingSource();
  const handler = createHandler(source);
  const ask = (): Promise<Response> => handler(new Request('http://a/metrics'));
  const [one, two] = await Promise.all([ask(), ask()]);
  const { body } = one;
  assert.ok(body !== null);
  for await (const chunk of body) structuredClone(chunk, { transfer: [chunk.buffer] });
  assert.equal(await two.text(), BODY);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(source.recycled.length, 1);
});

test('the endpoint gives bodies whole while others are made in the memory of those before', async () => {
  const { reader } = largeReader();
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

/** Of 20,000 series. */
function largeReader(): ReturnType<typeof reading> {
  const large = reading({ cardinalityLimit: () => 1e5 });
  const counter = large.provider.getMeter('m').createCounter('c');
  for (let index = 0; index < 20_000; index += 1) counter.add(index, { index: `${index}` });
  return large;
}

/** Keeps what is written, as middleware does. */
function keepWritten(output: Writable, chunks: unknown[]): void {
  const write = output.write.bind(output) as (...parameters: unknown[]) => boolean;
  output.write = (...parameters: unknown[]) => {
    chunks.push(parameters[0]);
    return write(...parameters);
  };
}

async function plainText({ origin }: Serving): Promise<string> {
  return (await fetch(`${origin}/metrics`, { headers: { 'accept-encoding': 'identity' } })).text();
}
