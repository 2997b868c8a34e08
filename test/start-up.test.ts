/** What an application that starts waits for, as the packages are built. */
import { deepStrictEqual } from 'node:assert/strict';
import { before, it } from 'node:test';
import { buildPackages } from './support/built-packages.ts';
import { fixture, runApp } from './support/child-app.ts';

const PRELOADS = ['--require', fixture('loaded-packages.cjs'), '--require', 'flowmeter/register'];
const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', FLOWMETER_ENGINE: 'flowmeter' };

before(buildPackages);

/** The endpoint's server, and where instruments find the provider; what reads, aggregates and pushes is not there yet. */
const AT_START = ['@opentelemetry/api', 'flowmeter', 'instruments', 'prometheus'];

/** What the process that runs this code has loaded. */
async function loadedBy(flag: '-e' | '-p', code: string): Promise<readonly string[]> {
  const { stdout } = await runApp([...PRELOADS, flag, code], { env });
  return (JSON.parse(stdout[0] ?? '') as string[]).toSorted();
}

it('of other packages an application that starts waits for the OpenTelemetry API alone, and for no engine', async () => {
  deepStrictEqual(await loadedBy('-p', 'JSON.stringify(loadedPackages())'), AT_START);
});

it('an application that has recorded nothing ends without any more of them', async () => {
  const tell = `process.on('exit', () => console.log(JSON.stringify(loadedPackages())))`;
  deepStrictEqual(await loadedBy('-e', tell), AT_START);
});

it('the engine is loaded with the first meter', async () => {
  const meter = `require('@opentelemetry/api').metrics.getMeter('m')`;
  deepStrictEqual(
    await loadedBy('-p', `${meter}; JSON.stringify(loadedPackages())`),
    [...AT_START, 'engine'].toSorted(),
  );
});
