/** What the telemetry says it is about. */
import { match, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';

let folder: string;

/** An application with a package.json of its own, one below that has none, a tool that is installed in it, and one without any. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-resource-'));
  const files = {
    'orders/package.json': JSON.stringify({ name: '@acme/orders', version: '1.2.3' }),
    'orders/main.cjs': 'process.stdin.resume()',
    'orders/lib/nameless/package.json': JSON.stringify({ type: 'module' }),
    'orders/lib/nameless/main.js': 'process.stdin.resume()',
    'orders/node_modules/serve/package.json': JSON.stringify({ name: 'serve', version: '9.9.9' }),
    'orders/node_modules/serve/cli.cjs': 'process.stdin.resume()',
    'loose/main.cjs': 'process.stdin.resume()',
    'tool/package.json': JSON.stringify({ name: 'tool', version: '2.0.0', main: 'start.js' }),
    'tool/start.js': 'process.stdin.resume()',
    'broken/package.json': '{',
    'broken/main.cjs': 'process.stdin.resume()',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(join(folder, 'orders/main.cjs'), join(folder, 'loose/linked.cjs'));
});

after(() => rm(folder, { recursive: true, force: true }));

/** The labels of `target_info` of an application that does nothing. */
async function targetInfo(app: string[], env: Record<string, string> = {}): Promise<Readonly<Record<string, string>>> {
  await using child = startApp([...REGISTER_FROM_SOURCE, ...app], {
    env: { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  const text = await scrape(await child.prometheusUrl());
  return text.samples.find(({ name }) => name === 'target_info')?.labels ?? {};
}

const NAMES: readonly [what: string, app: string, name: string, version: string | undefined][] = [
  ['is its package.json', 'orders/main.cjs', '@acme/orders', '1.2.3'],
  ['is the nearest package.json with a name', 'orders/lib/nameless/main.js', '@acme/orders', '1.2.3'],
  ['is that of what has the tool installed', 'orders/node_modules/serve/cli.cjs', '@acme/orders', '1.2.3'],
  ['is that of the folder that is run', 'tool', 'tool', '2.0.0'],
  ['is found where the script is named without its ending', 'tool/start', 'tool', '2.0.0'],
  ['is that of the file a link leads to', 'loose/linked.cjs', '@acme/orders', '1.2.3'],
  ['is unknown without a package.json', 'loose/main.cjs', 'unknown_service:node', undefined],
  ['is unknown where package.json cannot be read', 'broken/main.cjs', 'unknown_service:node', undefined],
];

describe('the name and version of the service', { concurrency: 2 }, () => {
  for (const [what, app, name, version] of NAMES) {
    it(what, async () => {
      const info = await targetInfo([join(folder, app)]);
      strictEqual(info['service_name'], name);
      strictEqual(info['service_version'], version);
    });
  }

  it('is unknown for a program without a file', async () => {
    strictEqual((await targetInfo(['-e', 'process.stdin.resume()']))['service_name'], 'unknown_service:node');
  });
});

describe('the environment goes before what is detected', { concurrency: 2 }, () => {
  const CASES: Readonly<Record<string, { env: Record<string, string>; expected: Record<string, string> }>> = {
    'for OTEL_SERVICE_NAME': {
      env: { OTEL_SERVICE_NAME: 'checkout', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' },
      expected: { service_name: 'checkout', service_version: '1.2.3' },
    },
    'for OTEL_RESOURCE_ATTRIBUTES': {
      env: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,service.version=2,host.name=h,team=a%2Cb%20%C3%BC' },
      expected: { service_name: 'other', service_version: '2', host_name: 'h', team: 'a,b ü' },
    },
    'for service.instance.id': {
      env: { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-1' },
      expected: { service_instance_id: 'pod-1' },
    },
  };
  for (const [variable, { env, expected }] of Object.entries(CASES)) {
    it(variable, async () => {
      const info = await targetInfo([join(folder, 'orders/main.cjs')], env);
      for (const [label, value] of Object.entries(expected)) strictEqual(info[label], value, label);
    });
  }
});

/** A label for each detector. */
const DETECTED = { host: 'host_name', os: 'os_type', process: 'process_pid', serviceinstance: 'service_instance_id' };

describe('OTEL_NODE_RESOURCE_DETECTORS', { concurrency: 2 }, () => {
  const CASES: readonly [value: string, detectors: readonly string[]][] = [
    ['', ['host', 'os', 'process', 'serviceinstance']],
    ['all', ['host', 'os', 'process', 'serviceinstance']],
    ['host, serviceinstance', ['host', 'serviceinstance']],
    ['env,os', ['os']],
    ['process', ['process']],
    ['none', []],
  ];
  for (const [value, detectors] of CASES) {
    it(`set to "${value}" detects ${detectors.join(', ') || 'nothing'}, and the environment counts`, async () => {
      const info = await targetInfo(['-e', 'process.stdin.resume()'], {
        OTEL_NODE_RESOURCE_DETECTORS: value,
        OTEL_RESOURCE_ATTRIBUTES: 'team=a',
      });
      for (const [detector, label] of Object.entries(DETECTED)) {
        strictEqual(label in info, detectors.includes(detector), label);
      }
      strictEqual(info['team'], 'a');
    });
  }
});

it('both exports are about the same, with values of this process', async () => {
  await using receiver = await startOtlpReceiver();
  await using app = startApp(
    [...REGISTER_FROM_SOURCE, '-e', `require('flowmeter/conveyor').recordRetryEvents('s'); process.stdin.resume()`],
    { env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } },
  );
  const text = await scrape(await app.prometheusUrl());
  await app.end();
  const resource = receiver.requests[0]?.resource ?? {};
  const labels = Object.fromEntries(Object.entries(resource).map(([key, value]) => [key.replaceAll('.', '_'), value]));
  const info = text.samples.find(({ name }) => name === 'target_info')?.labels ?? {};
  for (const [label, value] of Object.entries(info)) strictEqual(labels[label], value, label);
  ok(Object.keys(info).length >= 10, JSON.stringify(info));
  strictEqual(resource['host.name'], hostname());
  strictEqual(resource['process.runtime.version'], process.versions.node);
  match(resource['service.instance.id'] ?? '', /^[0-9a-f-]{36}$/);
  strictEqual(resource['telemetry.sdk.language'], 'nodejs');
});

it('tells the process as it was started, whatever the application makes of its title and its arguments', async () => {
  await using receiver = await startOtlpReceiver();
  const code = `
    require('flowmeter/conveyor').recordRetryEvents('s');
    process.title = 'orders';
    process.argv.splice(1);
  `;
  await using app = startApp([...REGISTER_FROM_SOURCE, '-e', code, 'import', 'everything'], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      FLOWMETER_EXIT_TIMEOUT_MS: '20000',
    },
  });
  await app.end();
  const resource = receiver.requests[0]?.resource ?? {};
  match(resource['process.command_args'] ?? '', /import.*everything/);
  strictEqual(resource['process.command'], 'import');
  notStrictEqual(resource['process.executable.name'], 'orders');
});
