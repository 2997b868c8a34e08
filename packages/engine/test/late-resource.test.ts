import { collectNow, MeterProvider } from '@flowmeter/engine';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createAllowListAttributesProcessor, createDenyListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualReader } from './support/manual-reader.ts';

test('a resource that is a function is made once, when something is collected first', async () => {
  let made = 0;
  const resource = (): ReturnType<typeof resourceFromAttributes> => {
    made += 1;
    return resourceFromAttributes({ 'service.name': `made ${made}` });
  };
  const readers = [new ManualReader(), new ManualReader()];
  const provider = new MeterProvider({ resource, readers });
  provider.getMeter('m').createCounter('c').add(1);
  assert.equal(made, 0);
  for (const reader of readers) {
    const { resourceMetrics } = await reader.collect();
    assert.equal(resourceMetrics.resource.attributes['service.name'], 'made 1');
  }
});

test('what is collected at once makes the resource when it is looked at', () => {
  let made = 0;
  class ProducerReader extends ManualReader {
    producer: MetricProducer | undefined;
    override setMetricProducer(producer: MetricProducer): void {
      this.producer = producer;
      super.setMetricProducer(producer);
    }
  }
  const reader = new ProducerReader();
  const resource = (): ReturnType<typeof resourceFromAttributes> => {
    made += 1;
    return resourceFromAttributes({ team: 'a' });
  };
  const provider = new MeterProvider({ resource, readers: [reader] });
  provider.getMeter('m').createCounter('c').add(1);
  assert.ok(reader.producer !== undefined);
  const collected = collectNow(reader.producer);
  assert.deepEqual([collected?.resourceMetrics.scopeMetrics.length, made], [1, 0]);
  assert.deepEqual([collected?.resourceMetrics.resource.attributes, made], [{ team: 'a' }, 1]);
});

for (const [name, create] of Object.entries({
  allow: () => createAllowListAttributesProcessor(['kept']),
  deny: () => createDenyListAttributesProcessor(['left_out']),
})) {
  test(`sdk-metrics' own ${name} list runs once for each key, and not with each measurement`, async (context) => {
    const processor = create();
    const process = context.mock.method(Object.getPrototypeOf(processor) as typeof processor, 'process');
    const reader = new ManualReader();
    const views = [{ instrumentName: 'c', attributesProcessors: [processor] }];
    const counter = new MeterProvider({ views, readers: [reader] }).getMeter('m').createCounter('c');
    for (let measurement = 0; measurement < 100; measurement += 1) counter.add(1, { kept: 'a', left_out: 'b' });
    assert.equal(process.mock.callCount(), 2);
    const { resourceMetrics } = await reader.collect();
    const [point, ...more] = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
    assert.deepEqual([point?.attributes, point?.value, more.length], [{ kept: 'a' }, 100, 0]);
  });
}
