import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hasOpenssl, makeCertificates, type Certificates } from '../../../flowmeter/test/support/certificates.ts';
import { startApp, type ChildApp, type Ending } from '../../../../test/support/child-app.ts';
import { connectTo } from './support/raw-client.ts';

const SERVE = ['--conditions=@flowmeter/source', fileURLToPath(new URL('fixtures/serve.ts', import.meta.url))];

const GET = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the process ends in spite of', () => {
  it('a server that nobody has asked', async () => {
    await using app = startApp(SERVE);
    await app.line(/^http:/);
    await endsBySelf(app);
  });

  it('a connection that is kept', async () => {
    await using app = startApp(SERVE);
    const agent = new Agent({ keepAlive: true });
    const request = get((await app.line(/^http:/)).replace('/metrics', '/health'), { agent });
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    await once(response.resume(), 'end');
    await endsBySelf(app);
    agent.destroy();
  });

  it('connections that never ask, or never come to their end', async () => {
    await using app = startApp(SERVE);
    const url = await app.line(/^http:/);
    using silent = await connectTo(url);
    using partial = await connectTo(url);
    partial.socket.write('GET /metrics HTTP/1.1\r\n');
    // Answered after the connections above were taken.
    await fetch(url.replace('/metrics', '/health'));
    await endsBySelf(app);
    await Promise.all([silent.closed, partial.closed]);
  });

  it('a scrape whose body never comes', async () => {
    await using app = startApp(SERVE);
    const url = await app.line(/^http:/);
    using client = await connectTo(url);
    client.socket.write(GET.replace('/metrics', '/metrics?name[]=never'));
    // Answered after the request above was taken.
    await fetch(url.replace('/metrics', '/health'));
    await endsBySelf(app);
  });

  it('a client that does not read what it is sent', async () => {
    await using app = startApp(SERVE);
    using client = await connectTo(await app.line(/^http:/));
    client.socket.write(GET);
    await client.receives(/\r\n\r\na/);
    client.socket.pause();
    await app.line(/^stalled/);
    await endsBySelf(app);
  });

  it('a client that does not read, where standard input is a pipe that nobody reads any more', async () => {
    await using app = startApp(SERVE);
    const url = await app.line(/^http:/);
    using client = await connectTo(url);
    client.socket.write(GET);
    await client.receives(/\r\n\r\na/);
    client.socket.pause();
    await app.line(/^stalled/);
    await fetch(`${url}?name[]=unread`);
    await endsWithin(app.ended);
  });
});

it('a client that reads slowly gets the body whole while the main thread waits for a Worker', async () => {
  await using app = startApp(SERVE);
  const url = await app.line(/^http:/);
  await fetch(`${url}?name[]=worker`);
  using client = await connectTo(url);
  client.socket.pause();
  client.socket.write(GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  // It has been looked at since.
  await app.line(/^stalled 15$/);
  client.socket.resume();
  const received = await client.closed;
  assert.equal(received.length - received.indexOf('\r\n\r\n') - 4, 160 * 128 * 1024);
});

describe('over TLS the process ends in spite of', { skip: hasOpenssl() ? false : 'there is no openssl' }, () => {
  let certificates: Certificates;

  before(() => {
    certificates = makeCertificates('client');
  });

  after(() => rmSync(certificates.folder, { recursive: true }));

  it('handshakes that never come to their end', async () => {
    await using app = startTls();
    const url = await app.line(/^https:/);
    using client = await connectTo(url);
    await endsBySelf(app);
    await client.closed;
  });

  it('a connection that is kept', async () => {
    await using app = startTls();
    const socket = await connected(app);
    socket.write(GET.replace('/metrics', '/health'));
    await once(socket, 'data');
    await endsBySelf(app);
    socket.destroy();
  });

  it('a client that does not read what it is sent', async () => {
    await using app = startTls();
    const socket = await connected(app);
    socket.write(GET);
    await once(socket, 'data');
    socket.pause();
    await app.line(/^stalled/);
    await endsBySelf(app);
    socket.destroy();
  });

  function startTls(): ChildApp {
    const { key, certificate } = certificates.server;
    return startApp([...SERVE, key, certificate]);
  }

  async function connected(app: ChildApp): Promise<ReturnType<typeof connectTls>> {
    const { port } = new URL(await app.line(/^https:/));
    const socket = connectTls({ host: 'localhost', port: Number(port), rejectUnauthorized: false });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return socket;
  }
});

/** The application comes to its end without being told, and before anything is timed out. */
async function endsBySelf(app: ChildApp): Promise<void> {
  await endsWithin(app.end());
}

async function endsWithin(ending: Promise<Ending>): Promise<void> {
  const sinceMs = performance.now();
  const { code, stderr } = await ending;
  assert.deepEqual([code, stderr], [0, []]);
  assert.ok(performance.now() - sinceMs < 8000);
}
