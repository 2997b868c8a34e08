import { MeterProvider, type MeterProviderOptions, type ViewOptions } from '@flowmeter/engine';
import { defaultResource } from '@opentelemetry/resources';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';

for (const options of [
  null,
  undefined,
  { views: null, readers: null, resource: null, now: null, exemplarFilter: null },
]) {
  test(`a provider made with ${JSON.stringify(options)} is one made without options`, () => {
    const counter = new MeterProvider(options as MeterProviderOptions | undefined).getMeter('m').createCounter('i');
    counter.add(1);
    assert.equal(counter.enabled(), false);
  });
}

test('a resource that is null is the default one for readers', async () => {
  const reader = new ManualReader();
  const provider = new MeterProvider({ resource: null, readers: [reader] } as unknown as MeterProviderOptions);
  provider.getMeter('m').createCounter('i').add(1);
  const { resourceMetrics } = await reader.collect();
  assert.deepEqual(resourceMetrics.resource.attributes, defaultResource().attributes);
});

test('what is null in a view is left out', async () => {
  const view = {
    instrumentName: 'i',
    instrumentType: null,
    meterName: null,
    name: null,
    description: null,
    attributesProcessors: null,
    aggregation: null,
    aggregationCardinalityLimit: null,
    timeToLiveMs: null,
  } as unknown as ViewOptions;
  const { meter, cumulative } = createEngine({ views: [view] });
  meter.createCounter('i', { description: 'own' }).add(1, { a: 1 });
  const [metric] = await cumulative.metrics();
  assert.deepEqual([metric?.descriptor.name, metric?.descriptor.description], ['i', 'own']);
  assert.deepEqual(
    metric?.dataPoints.map(({ attributes, value }) => [attributes, value]),
    [[{ a: 1 }, 1]],
  );
});

test('options of an exponential histogram that are null are the default ones', async () => {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: null };
  const { meter, cumulative } = createEngine({
    views: [{ instrumentName: 'i', aggregation } as unknown as ViewOptions],
  });
  meter.createHistogram('i').record(1);
  assert.deepEqual(await cumulative.points(), [[{}, { sum: 1, min: 1, max: 1, count: 1, scale: 20 }]]);
});
