/** NODE_OPTIONS reaches every Node process that an application is started through; only the application is measured. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';

const REGISTER = fileURLToPath(new URL('../register.cjs', import.meta.url));
const ENV = {
  NODE_OPTIONS: `--conditions=@flowmeter/source --require ${REGISTER}`,
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
};

const TSX = createRequire(import.meta.url).resolve('tsx/cli');

/** Serves until its standard input ends, or whoever watches it does; says which version of it can be scraped. */
const WATCHED = (version: string): string => `
  import { recordRecordsReceived } from ${JSON.stringify(new URL('../src/conveyor.ts', import.meta.url).href)};
  recordRecordsReceived('${version}', 1);
  process.on('disconnect', () => process.exit());
  const scrape = async () => (await fetch('http://localhost:' + process.env.OTEL_EXPORTER_PROMETHEUS_PORT + '/metrics')).text();
  for (;;) {
    const text = await scrape().catch(() => '');
    if (text.includes('source_id="${version}"')) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log('scraped ${version}');
  process.stdin.resume().on('end', () => process.exit());
`;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-launchers-'));
  const manifest = { name: 'launched', version: '1.0.0', scripts: { start: 'node server.cjs' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'server.cjs'), `process.stdin.resume().on('end', () => {})`);
  await writeFile(join(folder, 'server.ts'), `process.stdin.resume().on('end', (): void => process.exit(7))`);
  await writeFile(join(folder, 'some.test.cjs'), `require('node:test').test('passes', () => {})`);
});

after(() => rm(folder, { recursive: true, force: true }));

it('npm start leaves the endpoint to the application', async () => {
  await using npm = startApp(['start'], { node: 'npm', cwd: folder, env: ENV });
  const text = await scrape(await npm.prometheusUrl());
  const info = text.samples.find(({ name }) => name === 'target_info')?.labels;
  strictEqual(info?.['service_name'], 'launched');
  const { stderr } = await npm.end();
  strictEqual(stderr.filter((line) => line.startsWith('flowmeter:')).length, 1);
});

it('node --test leaves the endpoint to the files it runs', async () => {
  await using runner = startApp(['--test', 'some.test.cjs'], { cwd: folder, env: ENV });
  const { code, stderr, stdout } = await runner.ended;
  strictEqual(code, 0);
  deepStrictEqual(
    [...stderr, ...stdout].filter((line) => line.includes('not open')),
    [],
  );
});

for (const [launcher, args] of [
  ['tsx', [TSX, 'server.ts']],
  ['node --import tsx', ['--import', import.meta.resolve('tsx'), 'server.ts']],
  ['node --run', ['--run', 'start']],
] as const) {
  it(`${launcher} leaves the endpoint to the application, and its exit code to the caller`, async () => {
    await using app = startApp(args, { cwd: folder, env: ENV });
    const text = await scrape(await app.prometheusUrl());
    const info = text.samples.find(({ name }) => name === 'target_info')?.labels;
    strictEqual(info?.['service_name'], 'launched');
    const { code, stderr } = await app.end();
    strictEqual(code, launcher === 'node --run' ? 0 : 7);
    strictEqual(stderr.filter((line) => line.startsWith('flowmeter:')).length, 1, stderr.join('\n'));
  });
}

for (const [watcher, flags] of [
  ['node --watch', ['--watch']],
  ['tsx watch', [TSX, 'watch']],
] as const) {
  it(`${watcher} gives each run of the application the endpoint at the same port`, async () => {
    const file = join(folder, `${watcher.replaceAll(/\W+/g, '-')}.mjs`);
    await writeFile(file, WATCHED('v1'));
    const port = String(await freePort());
    await using app = startApp([...flags, file], { cwd: folder, env: { ...ENV, OTEL_EXPORTER_PROMETHEUS_PORT: port } });
    await app.line(/^scraped v1$/);
    await writeFile(file, WATCHED('v2'));
    await app.line(/^scraped v2$/);
    const lines = app.stderr.filter((line) => line.startsWith('flowmeter:'));
    strictEqual(lines.length, 2, app.stderr.join('\n'));
    for (const line of lines) match(line, new RegExp(`^flowmeter: metrics at http://localhost:${port}/metrics`));
  });
}

for (const [flags, output] of [
  [['--check', 'server.cjs'], { stdout: [], lines: 0 }],
  [['-p', '1 + 1'], { stdout: ['2'], lines: 1 }],
  [['-e', 'console.log(2)'], { stdout: ['2'], lines: 1 }],
] as const) {
  it(`node ${flags[0]} prints what it would, and ${output.lines === 0 ? 'nothing else' : 'the start line'}`, async () => {
    await using app = startApp(flags, { cwd: folder, env: ENV });
    const { code, stdout, stderr } = await app.end();
    deepStrictEqual([code, stdout, stderr.length], [0, output.stdout, output.lines]);
  });
}

it('the prompt of node starts and ends as ever', async () => {
  await using app = startApp(['--interactive'], { cwd: folder, env: ENV });
  await app.prometheusUrl();
  app.write('6 * 7');
  await app.line(/42/);
  const { code, stderr } = await app.end();
  deepStrictEqual([code, stderr.filter((line) => line.startsWith('flowmeter:')).length], [0, 1]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
