/** The packages as npm delivers them, in an empty project beside the OpenTelemetry versions that are supported. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { buildPackages, REPOSITORY } from './support/built-packages.ts';
import { fixture, startApp } from './support/child-app.ts';
import { npm, reasonToBeOffline } from './support/npm.ts';
import { scrape } from './support/prometheus-text.ts';
import { withoutSelf } from './support/self-metrics.ts';

const OPENTELEMETRY: Readonly<Record<string, Record<string, string>>> = {
  '2.12': { api: '1.9', 'sdk-metrics': '2.12', 'sdk-node': '0.223' },
  '3.x': { api: '1.10', 'sdk-metrics': '3', 'sdk-node': '0.301' },
};

let folder: string;
let tarballs: string[];
/** Why nothing can be installed, if that is because there is no registry. */
let offline: string | undefined;

before(async () => {
  buildPackages();
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-packed-'));
  const packed = join(folder, 'packed');
  await mkdir(packed);
  for (const name of ['instruments', 'engine', 'prometheus', 'flowmeter']) {
    await npm(['pack', '--pack-destination', packed], join(REPOSITORY, 'packages', name));
  }
  tarballs = (await readdir(packed)).map((name) => join(packed, name));
  offline = await reasonToBeOffline(folder);
  if (offline !== undefined) return;
  await Promise.all(Object.entries(OPENTELEMETRY).map(([version, packages]) => install(version, packages)));
});

after(() => rm(folder, { recursive: true, force: true }));

it('a package holds its built code, its sources and its licence, and nothing of the tests', async () => {
  strictEqual(tarballs.length, 4);
  for (const tarball of tarballs) {
    const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n');
    for (const wanted of ['LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'])
      ok(files.includes(`package/${wanted}`), `${wanted} in ${tarball}`);
    deepStrictEqual(
      files.filter((file) => !/^package\/(dist|src|LICENSE|README|package\.json|register\.[cm]js)/.test(file)),
      [],
    );
  }
});

for (const [version, packages] of Object.entries(OPENTELEMETRY)) {
  describe(`installed beside OpenTelemetry ${version}`, () => {
    it('is on that version, and both exports show the sets and the instruments of the application', async (context) => {
      if (offline !== undefined) return context.skip(`the npm registry cannot be reached: ${offline}`);
      const project = join(folder, version);
      for (const [name, wanted] of Object.entries(packages)) {
        const installed = await readFile(join(project, 'node_modules/@opentelemetry', name, 'package.json'), 'utf8');
        const { version: found } = JSON.parse(installed) as { version: string };
        ok(found.startsWith(`${wanted}.`), `${name} ${found}`);
      }

      await using receiver = await startOtlpReceiver();
      await using app = startApp(['--require', 'flowmeter/register', 'app.mjs'], {
        cwd: project,
        env: {
          OTEL_EXPORTER_PROMETHEUS_PORT: '0',
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          FLOWMETER_EXIT_TIMEOUT_MS: '10000',
        },
      });
      const url = await app.prometheusUrl();
      strictEqual(await app.line(/^recorded on/), "recorded on the project's packages");
      const text = await scrape(url);
      strictEqual(text.value('conveyor_router_records_received_total', { source_id: 'kafka-source-1' }), 100);
      const latency = 'conveyor_router_routing_latency_ms_bucket';
      strictEqual(text.value(latency, { pipeline_id: 'pipeline-1', le: '10' }), 0);
      strictEqual(text.value(latency, { pipeline_id: 'pipeline-1', le: '25' }), 1);
      strictEqual(text.value('app_jobs_total', { kind: 'nightly' }), 4);
      strictEqual(text.samples.find(({ name }) => name === 'target_info')?.labels['service_name'], 'empty-project');

      const { code, stderr } = await app.end();
      deepStrictEqual([code, stderr.length], [0, 1], stderr.join('\n'));
      const received = withoutSelf(receiver.metrics()).map((one) => [one.name, 'value' in one ? one.value : one.count]);
      deepStrictEqual(Object.fromEntries(received), {
        app_jobs: 4,
        conveyor_router_records_received: 100,
        conveyor_router_routing_latency_ms: 1,
      });
    });
  });
}

async function install(version: string, packages: Record<string, string>): Promise<void> {
  const project = join(folder, version);
  await mkdir(project);
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty-project', version: '0.0.1', private: true }),
  );
  await copyFile(fixture('installed-app.mjs'), join(project, 'app.mjs'));
  const wanted = Object.entries(packages).map(([name, range]) => `@opentelemetry/${name}@${range}`);
  await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs, ...wanted], project);
}
