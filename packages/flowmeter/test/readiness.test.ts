/** Failed probes are explained on stderr: a line for each change of readiness. */
import { deepStrictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';

it('a line tells that the application is ready, or is not, with the state of each component', async () => {
  const code = `(async () => {
    const { health } = await require('flowmeter').start();
    const [database, kafka] = [health.component('database'), health.component('kafka')];
    database.ready(); kafka.ready();
    await null; kafka.failed(new Error('not\\nauthorized'));
    await null; kafka.remove();
  })()`;
  const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], { env: { OTEL_METRICS_EXPORTER: 'none' } });
  deepStrictEqual(stderr.slice(1), [
    'flowmeter: not ready: 2 components; database ready; kafka failed (not authorized)',
    'flowmeter: ready: 1 component; database ready',
  ]);
});
