/** An application that never asks for a meter: nothing of its metrics is loaded at its start, and all of it works. */
import { match, ok, rejects, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { createNoopMeter, metrics } from '@opentelemetry/api';
import { MetricsOnDemand } from '../src/metrics/metrics-on-demand.ts';
import { SCRAPED_ONLY, started } from './support/started.ts';

it('an application without a meter is scraped', async () => {
  await using handle = await started({ ...SCRAPED_ONLY, serviceName: 'idle' });
  match(await (await fetch(handle.url)).text(), /^target_info\{.*service_name="idle".*\} 1$/m);
});

it('an application without a meter pushes at its interval', async () => {
  await using receiver = await startOtlpReceiver();
  await using _ = await started({
    exporters: ['otlp'],
    otlp: { endpoint: receiver.url },
    exportIntervalMs: 20,
    logLevel: 'none',
  });
  const { resource } = await receiver.waitFor(() => true);
  ok('service.name' in resource);
});

it('a provider that was kept until after the shutdown gives meters that do nothing', async () => {
  const handle = await started(SCRAPED_ONLY);
  const kept = metrics.getMeterProvider();
  await handle.shutdown();
  // By its name, since OpenTelemetry's own engine has another copy of the API.
  strictEqual(kept.getMeter('late').constructor.name, createNoopMeter().constructor.name);
});

it('a scrape that is still under way after the shutdown begins nothing', async () => {
  let made = 0;
  const create = (): never => {
    made += 1;
    throw new Error('made');
  };
  const say = (): void => {};
  const onDemand = new MetricsOnDemand(create, { debug: say, info: say, warn: say, error: say });
  await onDemand.shutdown();
  await rejects(onDemand.overview(), { message: 'flowmeter has been shut down' });
  strictEqual(made, 0);
});
