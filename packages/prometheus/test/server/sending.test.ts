import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { nodeHandler } from '../../src/server/node-handler.ts';
import { fakeSource, heldSource, largeBody, textOf } from './support/fake-source.ts';
import { connectTo } from './support/raw-client.ts';
import { mounted, serving } from './support/serving.ts';

/** More than the buffers of both ends of a connection. */
const BODY = largeBody(160);

const GET = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n';

test('a client that reads slowly gets the body whole, at its pace', async () => {
  const watched = watch();
  await using server = await mounted(watched.listener);
  using client = await connectTo(server.origin);
  client.socket.pause();
  client.socket.write(GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  const response = await watched.response;
  // As much as the network takes, and what is waiting is no more than a slice.
  await once(response.socket ?? response, 'drain');
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(response.writableLength <= 2 * 128 * 1024, `${response.writableLength} bytes are waiting`);
  client.socket.resume();
  const received = await client.closed;
  assert.equal(received.slice(received.indexOf('\r\n\r\n') + 4), textOf(BODY));
});

test('others have their turn while a body is sent', async () => {
  await using server = await mounted(nodeHandler(fakeSource(async () => BODY)));
  let turns = 0;
  let turn = setImmediate(function next() {
    turns += 1;
    turn = setImmediate(next);
  });
  const response = await fetch(`${server.origin}/metrics`);
  assert.equal((await response.text()).length, 160 * 128 * 1024);
  clearImmediate(turn);
  assert.ok(turns >= 160, `${turns} turns`);
});

test('what is being sent to a client that goes away does not count any more, and another goes on', async () => {
  const watched = watch();
  await using server = await mounted(watched.listener);
  using other = await connectTo(server.origin);
  other.socket.pause();
  other.socket.write(GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  await watched.response;
  for (let index = 0; index < 10; index += 1) {
    const client = await connectTo(server.origin);
    client.socket.write(GET);
    await client.receives(/\r\n\r\n/);
    const response = watched.last();
    client.socket.destroy();
    if (!response.closed) await once(response, 'close');
  }
  other.socket.resume();
  const received = await other.closed;
  assert.equal(received.slice(received.indexOf('\r\n\r\n') + 4), textOf(BODY));
});

test('a client that goes away while its body is rendered is no failure', async () => {
  const source = heldSource();
  const watched = watch(source);
  await using server = await mounted(watched.listener);
  const client = await connectTo(server.origin);
  client.socket.write(GET);
  const response = await watched.response;
  client.socket.destroy();
  if (!response.closed) await once(response, 'close');
  source.letGo(BODY);
  assert.equal((await fetch(`${server.origin}/health`)).status, 200);
});

test('an error of a response, or an answer that somebody else has given, is no failure of the process', async () => {
  const handler = nodeHandler(fakeSource('up 1\n'));
  await using server = await mounted((request, response) => {
    if (request.url === '/metrics') response.end('somebody else');
    handler(request, response);
    response.emit('error', new Error('lost'));
  });
  assert.equal(await (await fetch(`${server.origin}/metrics`)).text(), 'somebody else');
  assert.equal((await fetch(`${server.origin}/health`)).status, 200);
});

test('two scrapes on one connection, the second before the answer to the first, are answered in order', async () => {
  await using server = await mounted(nodeHandler(fakeSource('up 1\n')));
  using client = await connectTo(server.origin);
  client.socket.write(GET + GET.replace('/metrics', '/health').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  assert.match(await client.closed, /up 1\n.*"healthy"/s);
});

test('a scrape that comes before the answer to one on its connection is rendered when its turn comes', async () => {
  const source = heldSource();
  await using server = await mounted(nodeHandler(source));
  using client = await connectTo(server.origin);
  client.socket.write(GET + GET.replace('/metrics', '/metrics?name[]=second'));
  await until(() => source.requests.length === 1);
  // Answered after both requests above were taken.
  await fetch(`${server.origin}/health`);
  assert.equal(source.requests.length, 1);
  source.letGo([Buffer.from('first\n')]);
  await until(() => source.requests.length === 2);
  source.letGo([Buffer.from('second\n')]);
  await client.receives(/first\n.*second\n$/s);
});

test('a scrape that waits for its turn is not held to be stalled', async () => {
  const held = heldSource();
  const source = fakeSource((request) => (request.names === undefined ? Promise.resolve(BODY) : held.render(request)));
  const watched = Promise.withResolvers<ServerResponse>();
  await using server = await serving(source, {
    limits: { stallMs: 50 },
    createHttpServer: (options, listener) =>
      createServer(options, (request, response) => {
        if (request.url === '/metrics') watched.resolve(response);
        listener(request, response);
      }),
  });
  using waiting = await connectTo(server.origin);
  const last = GET.replace('/metrics', '/metrics?second').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  waiting.socket.write(GET.replace('/metrics', '/metrics?name[]=held') + last);
  await until(() => held.requests.length === 1);
  using stalled = await connectTo(server.origin);
  stalled.socket.pause();
  stalled.socket.write(GET);
  const response = await watched.promise;
  if (!response.closed) await once(response, 'close');
  held.letGo([Buffer.from('up 1\n')]);
  const received = await waiting.closed;
  assert.ok(received.endsWith(`\r\n\r\n${textOf(BODY)}`));
});

test('a client that goes away while scrapes wait for their turn is no failure', async () => {
  const source = heldSource();
  const watched = watch(source);
  await using server = await mounted(watched.listener);
  const client = await connectTo(server.origin);
  client.socket.write(GET.repeat(3));
  const response = await watched.response;
  await until(() => source.requests.length === 1);
  client.socket.destroy();
  if (!response.closed) await once(response, 'close');
  source.letGo([]);
  assert.equal((await fetch(`${server.origin}/health`)).status, 200);
  assert.equal(source.requests.length, 1);
});

test('a response that fails when it is written to is cut off', async () => {
  const handler = nodeHandler(fakeSource('up 1\n'));
  await using server = await mounted((request, response) => {
    const fail = (): never => {
      throw new Error('no headers');
    };
    Object.assign(response, { setHeader: fail, writeHead: fail });
    handler(request, response);
  });
  for (const head of ['', 'Content-Length: 4\r\n']) {
    using client = await connectTo(server.origin);
    client.socket.write(`GET /metrics HTTP/1.1\r\nHost: a\r\n${head}\r\n`);
    assert.equal(await client.closed, '');
  }
});

/** Resolves when it is so, which it is after a few turns of the event loop. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** The large body's handler, and the responses it is given. */
function watch(source = fakeSource(async () => BODY)): {
  listener: RequestListener;
  response: Promise<ServerResponse>;
  last: () => ServerResponse;
} {
  const handler = nodeHandler(source);
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  const responses: ServerResponse[] = [];
  return {
    listener(request, response) {
      responses.push(response);
      resolve(response);
      handler(request, response);
    },
    response: promise,
    last() {
      const last = responses.at(-1);
      assert.ok(last !== undefined);
      return last;
    },
  };
}
