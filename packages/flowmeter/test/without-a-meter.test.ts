/** An application that never asks for a meter: nothing of its metrics is loaded at its start, and all of it works. */
import { match, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { metrics } from '@opentelemetry/api';
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

it('a provider that was kept until after the shutdown gives meters that take measurements, and do nothing', async () => {
  const handle = await started(SCRAPED_ONLY);
  const kept = metrics.getMeterProvider();
  await handle.shutdown();
  const counter = kept.getMeter('late').createCounter('late');
  counter.add(1);
  ok(metrics.getMeterProvider() !== kept);
});
