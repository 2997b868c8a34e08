/** What an application that starts waits for, as the packages are built. */
import { deepStrictEqual } from 'node:assert/strict';
import { before, it } from 'node:test';
import { buildPackages } from './support/built-packages.ts';
import { fixture, runApp } from './support/child-app.ts';

const PRELOADS = ['--require', fixture('loaded-packages.cjs'), '--require', 'flowmeter/register'];
const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', FLOWMETER_ENGINE: 'flowmeter' };

before(buildPackages);

it('of other packages an application that starts waits for the OpenTelemetry API alone', async () => {
  const { stdout } = await runApp([...PRELOADS, '-p', 'JSON.stringify(loadedPackages())'], { env });
  deepStrictEqual(JSON.parse(stdout[0] ?? ''), ['@opentelemetry/api']);
});

it('an application that has recorded nothing ends without any more of them', async () => {
  const tell = `process.on('exit', () => console.log(JSON.stringify(loadedPackages())))`;
  const { stdout } = await runApp([...PRELOADS, '-e', tell], { env });
  deepStrictEqual(JSON.parse(stdout[0] ?? ''), ['@opentelemetry/api']);
});
