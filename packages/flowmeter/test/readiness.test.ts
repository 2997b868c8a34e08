/** Failed probes are explained in the log: a record for each change of readiness. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { recordsIn } from './support/log-records.ts';
import { SCRAPED_ONLY, started } from './support/started.ts';

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

it('a record of a change has the number of pipelines and the state of each', async () => {
  const code = `(async () => {
    const { health } = await require('flowmeter').start();
    const [orders, users] = [health.pipeline('orders'), health.pipeline('users')];
    orders.running(); users.paused(); health.component('kafka').ready();
    await null; orders.failed('no such table');
    await null; orders.running(); users.stopped();
  })()`;
  const env = { OTEL_METRICS_EXPORTER: 'none', FLOWMETER_LOG_FORMAT: 'json' };
  const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], { env });
  const components = { components: 1, component_states: [{ name: 'kafka', status: 'ready' }] };
  deepStrictEqual(
    recordsIn(stderr)
      .slice(1)
      .map(({ time: _time, ...record }) => record),
    [
      {
        level: 'warn',
        target: 'flowmeter',
        msg: 'not ready: 2 pipelines; orders failed (no such table); users paused; 1 component; kafka ready',
        readiness: 'not ready',
        pipelines: 2,
        pipeline_states: [
          { name: 'orders', status: 'failed', reason: 'no such table' },
          { name: 'users', status: 'paused' },
        ],
        ...components,
      },
      {
        level: 'info',
        target: 'flowmeter',
        msg: 'ready: 2 pipelines; orders running; users stopped; 1 component; kafka ready',
        readiness: 'ready',
        pipelines: 2,
        pipeline_states: [
          { name: 'orders', status: 'running' },
          { name: 'users', status: 'stopped' },
        ],
        ...components,
      },
    ],
  );
});

it('the line for people has all of it in words', async () => {
  const code = `(async () => {
    const { health } = await require('flowmeter').start();
    health.pipeline('orders').failed('no such table'); health.pipeline('users').running();
  })()`;
  const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], { env: { OTEL_METRICS_EXPORTER: 'none' } });
  strictEqual(stderr[1], 'flowmeter: not ready: 2 pipelines; orders failed (no such table); users running');
});

it('the state of each pipeline is in deltaforge_pipeline_status, and no other instrument of DeltaForge is', async () => {
  await using handle = await started(SCRAPED_ONLY);
  const pipeline = (name: string) => handle.health.pipeline(name);
  pipeline('starting');
  pipeline('running').running();
  pipeline('paused').paused();
  pipeline('stopped').stopped();
  pipeline('failed').failed('no such table');
  const removed = pipeline('removed');
  removed.running();
  removed.remove();
  const { samples, families } = await scrape(handle.url);
  const status = samples
    .filter(({ name }) => name === 'deltaforge_pipeline_status')
    .map(({ labels, value }) => [labels['pipeline'], value]);
  deepStrictEqual(Object.fromEntries(status), {
    starting: 0,
    running: 1,
    paused: 0.5,
    stopped: 0,
    failed: -1,
    removed: 0,
  });
  deepStrictEqual(
    families.map(({ name }) => name).filter((name) => name.startsWith('deltaforge')),
    ['deltaforge_pipeline_status'],
  );
});
