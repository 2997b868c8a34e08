import { collectNow, MeterProvider, type CollectedNow } from '@flowmeter/engine';
import type { ObservableResult } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  PeriodicExportingMetricReader,
  type CollectionResult,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalForm } from './differential/normal-form.ts';
import { pointsOf } from './support/collected.ts';
import { ManualReader } from './support/manual-reader.ts';
import { UnreliableExporter } from './support/unreliable-exporter.ts';

class ReaderAtOnce extends ManualReader {
  #producer: MetricProducer | undefined;

  override setMetricProducer(producer: MetricProducer): void {
    super.setMetricProducer(producer);
    this.#producer = producer;
  }

  collectNow(): CollectedNow {
    const result = this.#producer === undefined ? undefined : collectNow(this.#producer);
    assert.ok(result);
    return result;
  }
}

function setUp(temporality: AggregationTemporality) {
  const reader = new ReaderAtOnce({ aggregationTemporalitySelector: () => temporality });
  const provider = new MeterProvider({ readers: [reader] });
  return { reader, meter: provider.getMeter('test') };
}

for (const temporality of [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA]) {
  test(`what is collected at once is what a collection finds, ${AggregationTemporality[temporality]}`, async () => {
    const [now, later] = [setUp(temporality), setUp(temporality)];
    for (const { meter } of [now, later]) {
      meter.createCounter('c').add(3, { a: 1 });
      meter.createHistogram('h').record(7);
      meter.createObservableGauge('g').addCallback((result: ObservableResult) => result.observe(5));
    }
    const [found, expected] = [now.reader.collectNow(), await later.reader.collect()];
    assert.deepEqual(pointsOf(normalForm(found)), pointsOf(normalForm(expected)));
  });
}

test('what was collected at once is not in the next delta', async () => {
  const { reader, meter } = setUp(AggregationTemporality.DELTA);
  const counter = meter.createCounter('c');
  counter.add(3);
  reader.collectNow();
  counter.add(4);
  const [[, , value] = []] = pointsOf(normalForm(await reader.collect()));
  assert.equal(value, 4);
});

test('an asynchronous callback costs its own data, and is one error', () => {
  const { reader, meter } = setUp(AggregationTemporality.CUMULATIVE);
  meter.createCounter('c').add(3);
  meter.createObservableGauge('g').addCallback(async (result: ObservableResult) => {
    await Promise.resolve();
    result.observe(5);
  });
  const { resourceMetrics, errors, unfinished } = reader.collectNow();
  assert.deepEqual(
    resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name)),
    ['c'],
  );
  assert.equal(unfinished, 1);
  assert.match(String(errors), /^Error: an asynchronous callback was not waited for$/);
});

test('a collection that is under way does not hinder one at once', async () => {
  const { reader, meter } = setUp(AggregationTemporality.DELTA);
  const { promise, resolve } = Promise.withResolvers<void>();
  meter.createCounter('c').add(3);
  meter.createObservableGauge('g').addCallback(() => promise);
  const underWay = reader.collect();
  const { resourceMetrics } = reader.collectNow();
  assert.equal(resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value, 3);
  resolve();
  const { resourceMetrics: rest } = await underWay;
  assert.deepEqual(rest.scopeMetrics, []);
});

test('what waits to be exported is collected at once as well, and is not exported then', async () => {
  const known = Promise.withResolvers<string>();
  const exporter = new UnreliableExporter([]);
  const collected = Promise.withResolvers<void>();
  class WaitingReader extends PeriodicExportingMetricReader {
    producer: MetricProducer | undefined;

    override setMetricProducer(producer: MetricProducer): void {
      super.setMetricProducer(producer);
      this.producer = producer;
    }

    override async collect(
      ...options: Parameters<PeriodicExportingMetricReader['collect']>
    ): Promise<CollectionResult> {
      const result = await super.collect(...options);
      setImmediate(collected.resolve);
      return result;
    }
  }
  const reader = new WaitingReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({ 'host.id': known.promise }),
  });
  const counter = provider.getMeter('test').createCounter('c');
  counter.add(3);
  const flushed = provider.forceFlush();
  await collected.promise;
  assert.ok(reader.producer);
  for (const more of [0, 4]) {
    counter.add(more);
    const now = collectNow(reader.producer);
    assert.equal(now?.resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value, more === 0 ? 3 : 4);
  }
  known.resolve('host');
  await flushed;
  counter.add(5);
  await provider.shutdown();
  assert.deepEqual(exporter.points, [[[{}, 5]]]);
});
