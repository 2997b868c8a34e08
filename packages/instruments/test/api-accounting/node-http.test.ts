import { apiAccounting, createDeltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, get, METHODS, ServerResponse, type IncomingMessage } from 'node:http';
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { captureReports, stopReports } from '../support/reports.ts';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

afterEach(stopReports);

/** What a small router of one's own would say. */
const routeOf = ({ url }: IncomingMessage | Http2ServerRequest): string | undefined => {
  const [, first] = url?.split('/') ?? [];
  return first === 'nothing' ? undefined : `/${first}/:id`;
};

/** Answers by what the path begins with, and tells when it has begun to. */
function behaving(arrivals: EventEmitter) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const arrived = (): void => void arrivals.emit('arrived');
    if (request.url?.startsWith('/never')) arrived();
    else if (request.url?.startsWith('/stream')) response.write('some', arrived);
    else if (request.url?.startsWith('/large')) {
      response.end('x'.repeat(100_000_000));
      arrived();
    } else response.writeHead(204).end();
  };
}

test('requests are counted by what routeOf tells, unmatched where it tells nothing', async () => {
  const { api, counted } = countedRequests();
  await using served = await Served.by(createServer(api.http(behaving(new EventEmitter()), { routeOf })));
  for (const path of ['/users/7', '/users/8', '/nothing/9']) await served.fetch(path);
  assert.deepEqual(await counted(3), ['GET /users/:id 204', 'GET /users/:id 204', 'GET unmatched 204']);
});

test('routeOf is asked when the answer is there, so that it can tell what the listener has found', async () => {
  const { api, counted } = countedRequests();
  const found = new WeakMap<object, string>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    found.set(request, '/users/:id');
    response.end();
  };
  await using served = await Served.by(createServer(api.http(listener, { routeOf: (request) => found.get(request) })));
  await served.fetch('/users/7');
  assert.deepEqual(await counted(1), ['GET /users/:id 200']);
});

for (const [title, wrong, words] of [
  [
    'throws',
    () => {
      throw new Error('no route');
    },
    /routeOf has thrown: Error: no route; .*unmatched \(reported once\)/,
  ],
  ['gives a number', () => 7, /routeOf has returned 7, not a route or undefined; /],
  ['gives a promise', async () => '/users/:id', /routeOf has returned an object, /],
  ['gives an empty text', () => '', /routeOf has returned "", /],
] as const) {
  test(`a routeOf that ${title} is reported once, and its requests are unmatched`, async () => {
    const reports = captureReports();
    const { api, counted } = countedRequests();
    await using served = await Served.by(
      createServer(
        api.http((_request, response: ServerResponse) => response.end(), { routeOf: wrong as () => string }),
      ),
    );
    for (const path of ['/a', '/b']) await served.fetch(path);
    assert.deepEqual(await counted(2), ['GET unmatched 200', 'GET unmatched 200']);
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', words);
  });
}

test('what is no listener, no routeOf and no set is refused in one line', () => {
  const { api } = countedRequests();
  const untyped = api as unknown as { http(...given: unknown[]): unknown };
  assert.throws(() => untyped.http('/users'), {
    name: 'TypeError',
    message: 'api.http takes a request listener, a function; got "/users"',
  });
  assert.throws(() => untyped.http(() => {}, { routeOf: '/users' }), {
    name: 'TypeError',
    message: 'api.http: routeOf is a function from a request to its route; got "/users"',
  });
  assert.equal(typeof untyped.http(() => {}, null), 'function', 'null is no options');
  for (const given of [null, {}, 7]) {
    assert.throws(() => apiAccounting(given as unknown as ReturnType<typeof createDeltaforge>), {
      name: 'TypeError',
      message: /^apiAccounting takes what createDeltaforge returns; got /,
    });
  }
});

test('whatever is no request and no response comes to the listener as it is', () => {
  const { api } = countedRequests();
  const got: unknown[] = [];
  const listener = api.http((...given: unknown[]) => got.push(...given), {
    routeOf: () => '/users/:id',
  }) as unknown as (...given: unknown[]) => unknown;
  for (const given of [undefined, null, 7, {}]) listener(given, given);
  assert.equal(got.length, 8);
});

test('methods are those that the HTTP semantic conventions know, and _OTHER', async () => {
  const { api, counted } = countedRequests();
  await using served = await Served.by(createServer(api.http((_request, response: ServerResponse) => response.end())));
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  for (const method of methods) await served.fetch('/', method);
  const lines = new Set(await counted(methods.length));
  const known = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];
  assert.deepEqual(
    lines,
    new Set(
      [...known.filter((method) => METHODS.includes(method)), '_OTHER'].map((method) => `${method} unmatched 200`),
    ),
  );
});

test('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS stands in the place of the known methods', async () => {
  process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = 'GET, PROPFIND,,';
  const { api, counted } = countedRequests();
  delete process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'];
  await using served = await Served.by(createServer(api.http((_request, response: ServerResponse) => response.end())));
  for (const method of ['GET', 'POST', 'PROPFIND']) await served.fetch('/', method);
  assert.deepEqual(await counted(3), ['GET unmatched 200', 'PROPFIND unmatched 200', '_OTHER unmatched 200']);
});

test('a status that was never sent is no label', async () => {
  const { api, counted } = countedRequests();
  const listener = (_request: IncomingMessage, response: ServerResponse): void => {
    response.end();
    response.statusCode = 1e9;
  };
  await using served = await Served.by(createServer(api.http(listener)));
  assert.equal(await served.fetch('/'), 200);
  assert.deepEqual(await counted(1), ['GET unmatched _OTHER']);
});

for (const [end, how] of [
  ['closes', (socket: Socket) => void socket.destroy()],
  ['resets', (socket: Socket) => void socket.resetAndDestroy()],
] as const) {
  test(`an answer is aborted when the client ${end} the connection before it is complete, whatever of it was sent`, async () => {
    const { api, counted } = countedRequests();
    const arrivals = new EventEmitter();
    await using served = await Served.by(createServer(api.http(behaving(arrivals), { routeOf })));
    for (const path of ['/never/1', '/stream/2', '/large/3']) {
      const arrived = once(arrivals, 'arrived');
      const socket = await served.open(`GET ${path}`);
      await arrived;
      how(socket);
    }
    assert.deepEqual(await counted(3), ['GET /large/:id aborted', 'GET /never/:id aborted', 'GET /stream/:id aborted']);
  });
}

test('an answer that the server itself cuts is aborted as well', async () => {
  const { api, counted } = countedRequests();
  await using served = await Served.by(
    createServer(api.http((_request, response: ServerResponse) => response.write('some', () => response.destroy()))),
  );
  await assert.rejects(served.fetch('/'));
  assert.deepEqual(await counted(1), ['GET unmatched aborted']);
});

test('pipelined requests are counted as they are answered, and leave nothing on the socket', async () => {
  const { api, counted } = countedRequests();
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warn);
  const sockets = new Map<Socket, number>();
  const listener = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    if (!sockets.has(socket)) sockets.set(socket, socket.listenerCount('close'));
    setImmediate(() => response.end());
  };
  await using served = await Served.by(createServer(api.http(listener)));
  await served.open(...Array.from({ length: 30 }, () => 'GET /'));
  assert.deepEqual(
    await counted(30),
    Array.from({ length: 30 }, () => 'GET unmatched 200'),
  );
  // The first answer had its socket, whose end it listens for itself, when the count was taken.
  for (const [socket, count] of sockets) assert.equal(socket.listenerCount('close'), count - 1);
  process.off('warning', warn);
  assert.deepEqual(warnings, []);
});

test('pipelined requests are all aborted with their connection, bodies read or not', async () => {
  const { api, counted } = countedRequests();
  const arrivals = new EventEmitter();
  let waiting = 21;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume().on('end', () => {
      waiting -= 1;
      if (waiting === 0) arrivals.emit('arrived');
    });
    if (request.url !== '/never') response.end();
  };
  await using served = await Served.by(createServer(api.http(listener)));
  const arrived = once(arrivals, 'arrived');
  const socket = await served.open('GET /never', ...Array.from({ length: 20 }, () => 'GET /'));
  await arrived;
  socket.destroy();
  assert.deepEqual(
    await counted(21),
    Array.from({ length: 21 }, () => 'GET unmatched aborted'),
  );
});

test('a connection that is kept open for requests holds nothing of those that were answered', async () => {
  const { api, counted } = countedRequests();
  const sockets = new Set<Socket>();
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => response.end());
  await using plain = await Served.by(server);
  const bare: ServerResponse[] = [];
  server.prependListener('request', (_request, response) => bare.push(response));
  await plain.fetch('/');
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    sockets.add(request.socket);
    responses.push(response);
    response.end();
  };
  await using served = await Served.by(createServer(api.http(listener)));
  for (let count = 0; count < 20; count += 1) await served.fetch('/');
  await counted(20);
  assert.equal(sockets.size, 1);
  for (const response of responses) {
    for (const event of ['finish', 'close']) assert.equal(response.listenerCount(event), bare[0]?.listenerCount(event));
  }
});

test('a connection that is upgraded is not counted, one that is refused that is', async () => {
  const { api, counted } = countedRequests();
  const listener = ({ url }: IncomingMessage, response: ServerResponse): void => {
    if (url === '/upgraded')
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    else response.writeHead(426).end();
  };
  const server = createServer(api.http(listener));
  const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
  await using served = await Served.by(server);
  await served.fetch('/nobody-listens', 'GET', upgrade);
  // As the plugins for web sockets do: with a response of their own, by the listener of the application.
  server.on('upgrade', (upgrading, socket) => {
    const response = new ServerResponse(upgrading);
    response.assignSocket(socket as Socket);
    response.on('finish', () => socket.end());
    socket.resume().on('end', () => socket.end());
    server.emit('request', upgrading, response);
  });
  await served.fetch('/refused', 'GET', upgrade);
  const sent = get({ port: served.port, path: '/upgraded', headers: upgrade, agent: false });
  const [, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Socket];
  socket.destroy();
  await served.fetch('/another');
  assert.deepEqual(await counted(3), ['GET unmatched 426', 'GET unmatched 426', 'GET unmatched 426']);
});

test("what a listener throws, and the promise it returns, are its server's", async () => {
  const { api } = countedRequests();
  const untyped = api as unknown as { http(listener: () => unknown): (...given: unknown[]) => unknown };
  const throwing = untyped.http(() => {
    throw new Error('thrown');
  });
  assert.throws(() => throwing({}, {}), /thrown/);
  await assert.rejects(
    untyped.http(() => Promise.reject(new Error('rejected')))({}, {}) as Promise<unknown>,
    /rejected/,
  );
});

test('HTTP/2 is counted as HTTP/1 is', async () => {
  const { api, counted } = countedRequests();
  const arrivals = new EventEmitter();
  const listener = behaving(arrivals) as unknown as (
    request: Http2ServerRequest,
    response: Http2ServerResponse,
  ) => void;
  await using served = await Served.by(http2.createServer(api.http(listener, { routeOf })));
  for (const path of ['/users/1', '/never/2', '/stream/3', '/large/4']) {
    const client = http2.connect(`http://localhost:${served.port}`);
    const stream = client.request({ ':path': path }).on('error', () => {});
    await (path === '/users/1' ? once(stream.resume(), 'end') : once(arrivals, 'arrived'));
    client.destroy();
  }
  assert.deepEqual(await counted(4), [
    'GET /large/:id aborted',
    'GET /never/:id aborted',
    'GET /stream/:id aborted',
    'GET /users/:id 204',
  ]);
});
