/** What a push does about an answer that asks for another try, and about the process that wants to end meanwhile. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { createConveyor } from 'flowmeter/conveyor';
import { REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';
import { started } from './support/started.ts';

const conveyor = createConveyor();

describe('a push that is answered', () => {
  for (const status of [429, 502, 503, 504]) {
    it(`${status} is made again, and brings the same`, async () => {
      await using receiver = await startOtlpReceiver();
      await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url }, logLevel: 'none' });
      receiver.respondWith(status, { times: 1, headers: { 'retry-after': '0' } });
      conveyor.recordRecordsReceived(`retry-${status}`, 7);
      await handle.forceFlush();
      deepStrictEqual(
        receiver.requests.map((request) => request.status),
        [status, 200],
      );
      strictEqual(new Set(receiver.requests.map(({ wireBytes }) => wireBytes)).size, 1);
    });
  }

  for (const status of [400, 401, 404, 413, 500]) {
    it(`${status} is not made again`, async () => {
      await using receiver = await startOtlpReceiver();
      await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url }, logLevel: 'none' });
      receiver.respondWith(status, { times: 1 });
      conveyor.recordRecordsReceived(`no-retry-${status}`, 7);
      await handle.forceFlush();
      strictEqual(receiver.requests.length, 1);
    });
  }

  it('too late for another try within its time-out is not made again', async () => {
    await using receiver = await startOtlpReceiver();
    const otlp = { endpoint: receiver.url, timeoutMs: 500 };
    await using handle = await started({ exporters: ['otlp'], otlp, logLevel: 'none' });
    receiver.respondWith(503, { headers: { 'retry-after': '1' } });
    conveyor.recordRecordsReceived('too-late', 7);
    await handle.forceFlush();
    strictEqual(receiver.requests.length, 1);
  });
});

describe('a process ends long before the time-out of a push', { concurrency: 2 }, () => {
  const WAYS: Readonly<Record<string, (socket: Socket) => void>> = {
    'when its last push gets no answer': () => {},
    'when its last push would wait for another try': (socket) => {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n');
    },
  };
  for (const [way, answer] of Object.entries(WAYS)) {
    it(way, async () => {
      const asked = Promise.withResolvers<void>();
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.once('data', () => {
          answer(socket);
          asked.resolve();
        });
      });
      await once(server.listen(0, 'localhost'), 'listening');
      try {
        const { port } = server.address() as AddressInfo;
        const code = `require('flowmeter/conveyor').recordRecordsReceived('s', 1); process.stdin.resume()`;
        await using app = startApp([...REGISTER_FROM_SOURCE, '-e', code], {
          env: {
            OTEL_METRICS_EXPORTER: 'otlp',
            OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
            OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
            FLOWMETER_EXIT_TIMEOUT_MS: '3000',
          },
        });
        const begun = performance.now();
        const ending = app.end();
        await asked.promise;
        const { code: exitCode } = await ending;
        strictEqual(exitCode, 0);
        ok(performance.now() - begun < 20_000, `it took ${performance.now() - begun} ms`);
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    });
  }
});

describe('an answer that is no good', () => {
  const ANSWERS: Readonly<Record<string, { answer: string; requests: number }>> = {
    'and breaks off after 200 is a success, not pushed twice': {
      answer: 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort',
      requests: 1,
    },
    'and breaks off after 400 is not asked for again': {
      answer: 'HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\nshort',
      requests: 1,
    },
    'and switches protocols ends the push': {
      answer: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
      requests: 1,
    },
    'and is not HTTP is not asked for again': { answer: 'garbage\r\n\r\n', requests: 1 },
    'and leads elsewhere is not followed': {
      answer: 'HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n',
      requests: 1,
    },
    'and comes after others that do not count is a success': {
      answer: `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`,
      requests: 1,
    },
    'and is a page is a success': {
      answer: 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>',
      requests: 1,
    },
    'and is JSON of another kind is a success': {
      answer: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"partialSuccess":7}',
      requests: 1,
    },
  };
  for (const [what, { answer, requests }] of Object.entries(ANSWERS)) {
    it(what, async () => {
      let count = 0;
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => {
          count += 1;
          socket.end(answer);
        });
      });
      await once(server.listen(0, 'localhost'), 'listening');
      const { port } = server.address() as AddressInfo;
      {
        const otlp = { endpoint: `http://localhost:${port}` };
        await using handle = await started({ exporters: ['otlp'], otlp, logLevel: 'none' });
        conveyor.recordRecordsReceived(what, 1);
        await handle.forceFlush();
        strictEqual(count, requests);
      }
      server.close();
    });
  }

  const ENDLESS: Readonly<Record<string, { readonly begin: string; readonly more: string }>> = {
    'a success': { begin: 'HTTP/1.1 200 OK\r\n\r\n', more: 'x' },
    'a refusal': { begin: 'HTTP/1.1 400 Bad Request\r\n\r\n', more: 'x' },
    'its header': { begin: 'HTTP/1.1 200 OK\r\n', more: 'x: y\r\n' },
    'its beginning': { begin: '', more: 'HTTP/1.1 102 Processing\r\n\r\n' },
  };
  for (const [what, { begin, more }] of Object.entries(ENDLESS)) {
    it(`and never ends with ${what} is cut off, and nothing of it is kept`, async () => {
      let written = 0;
      const chunk = Buffer.from(more.repeat(65_536 / more.length));
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => {
          socket.write(begin);
          const pour = (): void => {
            while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
          };
          socket.on('drain', pour);
          pour();
        });
      });
      await once(server.listen(0, 'localhost'), 'listening');
      const { port } = server.address() as AddressInfo;
      const otlp = { endpoint: `http://localhost:${port}` };
      await using handle = await started({ exporters: ['otlp'], otlp, logLevel: 'none' });
      conveyor.recordRecordsReceived(what, 1);
      await handle.forceFlush();
      ok(written < 64 * 1024 * 1024, `${written} bytes were taken`);
      server.close();
    });
  }
});
