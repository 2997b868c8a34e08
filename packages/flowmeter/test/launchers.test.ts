/** NODE_OPTIONS reaches every Node process that an application is started through; only the application is measured. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-launchers-'));
  const manifest = { name: 'launched', version: '1.0.0', scripts: { start: 'node server.cjs' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'server.cjs'), `process.stdin.resume().on('end', () => {})`);
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
