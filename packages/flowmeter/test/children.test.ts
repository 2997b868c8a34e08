/** What an application starts inherits its preload: each process delivers what it has recorded, and one has the endpoint. */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { neutralEnvironment, startApp, type ChildApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';

const REGISTER = fileURLToPath(new URL('../register.cjs', import.meta.url));
const CONVEYOR = fileURLToPath(new URL('../src/conveyor.ts', import.meta.url));

/** Starts a child in the way that it is told with a port, which is that of its endpoint, and says what became of it. */
const PARENT = `
  const { fork, spawn } = require('node:child_process');
  const cluster = require('node:cluster');
  const file = require('node:path').join(__dirname, 'child.cjs');
  require(${JSON.stringify(CONVEYOR)}).recordRecordsReceived('parent', 1);
  const ways = {
    fork: () => fork(file),
    'a cluster': () => (cluster.setupPrimary({ exec: file }), cluster.fork().process),
    'spawn of node': () => spawn(process.execPath, [file], { stdio: 'inherit' }),
    'npm run': () => spawn('npm', ['run', '--silent', 'child'], { stdio: 'inherit', cwd: __dirname }),
  };
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const [way, port] = line.split(':');
    process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] = port;
    ways[way]().on('exit', (code) => console.log('child ended with ' + code));
  });
`;

/** Records, and has nothing more to do. */
const CHILD = `
  require(${JSON.stringify(CONVEYOR)}).recordRecordsReceived('child', 2);
  process.exitCode = 3;
  const { worker } = require('node:cluster');
  if (worker !== undefined) worker.disconnect();
  else if (process.connected) process.disconnect();
`;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-children-'));
  const scripts = { child: `${JSON.stringify(process.execPath)} child.cjs` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'family', version: '1.0.0', scripts }));
  await writeFile(join(folder, 'parent.cjs'), PARENT);
  await writeFile(join(folder, 'child.cjs'), CHILD);
});

after(() => rm(folder, { recursive: true, force: true }));

for (const [way, flags] of [
  ['fork', ['--require', REGISTER]],
  ['fork', []],
  ['a cluster', []],
  ['spawn of node', []],
  ['npm run', []],
] as const) {
  describe(`a child by ${way}, preloaded ${flags.length > 0 ? 'as its parent is' : 'by NODE_OPTIONS'}`, () => {
    it('leaves the endpoint to its parent in one line, and delivers what it has recorded', async () => {
      await using receiver = await startOtlpReceiver();
      await using parent = startParent(flags, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
      const url = await parent.prometheusUrl();
      await startChild(parent, way, url);
      deepStrictEqual(sourcesIn(receiver), ['child']);
      const text = await scrape(url);
      strictEqual(text.value('conveyor_router_records_received_total', { source_id: 'parent' }), 1);
      strictEqual(text.samples.filter(({ labels }) => labels['source_id'] === 'child').length, 0);
      const { stderr } = await parent.end();
      const [parents, childs, ...more] = stderr.filter((line) => line.startsWith('flowmeter:'));
      match(parents ?? '', /^flowmeter: metrics at /);
      match(
        childs ?? '',
        /^flowmeter: OTLP push to .*; the endpoint at port \d+ is that of process \d+, which has started/,
      );
      deepStrictEqual([more, stderr.filter((line) => /^\s+at |Error/.test(line))], [[], []]);
    });
  });
}

it('a child has a service.instance.id of its own, even where the environment has one', async () => {
  await using receiver = await startOtlpReceiver();
  await using parent = startParent([], {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-1,team=a',
  });
  await startChild(parent, 'fork', await parent.prometheusUrl());
  await parent.end();
  const [childs, parents] = receiver.requests.map(({ resource }) => resource);
  strictEqual(parents?.['service.instance.id'], 'pod-1');
  match(childs?.['service.instance.id'] ?? '', /^[0-9a-f-]{36}$/);
  deepStrictEqual([parents?.['team'], childs?.['team']], ['a', 'a']);
});

it('a child whose metrics could only be scraped says so in a line', async () => {
  await using parent = startParent([], { OTEL_METRICS_EXPORTER: 'prometheus' });
  await startChild(parent, 'fork', await parent.prometheusUrl());
  const { stderr } = await parent.end();
  const lines = stderr.filter((line) => line.startsWith('flowmeter:'));
  strictEqual(lines.length, 2, stderr.join('\n'));
  match(lines[1] ?? '', /^flowmeter: no metrics leave this process: .*; add otlp to OTEL_METRICS_EXPORTER, or set/);
});

it('a child with a port of its own has an endpoint of its own', async () => {
  await using parent = startParent([], { OTEL_METRICS_EXPORTER: 'prometheus' });
  const url = await parent.prometheusUrl();
  parent.write('fork:0');
  await parent.line(/^child ended with 3$/);
  const { stderr } = await parent.end();
  const urls = stderr.flatMap((line) => /metrics at (\S+)/.exec(line)?.[1] ?? []);
  strictEqual(urls.length, 2, stderr.join('\n'));
  ok(urls.includes(url));
  notStrictEqual(urls[0], urls[1]);
});

it('a port that somebody else has is in use, also for a process whose parent has ended', async () => {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ended = spawnSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8', env: neutralEnvironment() });
  const FLOWMETER_PARENT = `pid=${ended.stdout.trim()}&port=${port}`;
  await using app = startParent([], { OTEL_EXPORTER_PROMETHEUS_PORT: String(port), FLOWMETER_PARENT });
  match(await app.line(/^flowmeter: the Prometheus/), /is not open: port \d+ on localhost is in use; set/);
  server.close();
});

function startParent(flags: readonly string[], env: Readonly<Record<string, string>>): ChildApp {
  const preload = flags.length > 0 ? '' : ` --require ${REGISTER}`;
  return startApp([...flags, 'parent.cjs'], {
    cwd: folder,
    env: {
      NODE_OPTIONS: `--conditions=@flowmeter/source${preload}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      FLOWMETER_EXIT_TIMEOUT_MS: '20000',
      ...env,
    },
  });
}

/** Has the parent start a child that is given the port of its endpoint, and waits for its end. */
async function startChild(parent: ChildApp, way: string, url: string): Promise<void> {
  parent.write(`${way}:${new URL(url).port}`);
  await parent.line(/^child ended with 3$/);
}

function sourcesIn(receiver: OtlpReceiver): readonly (string | undefined)[] {
  return receiver.metrics().map(({ attributes }) => attributes['source_id']);
}
