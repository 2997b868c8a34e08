import type { ObservableResult } from '@opentelemetry/api';
import { AggregationType, type AggregationOption, type Histogram } from '@opentelemetry/sdk-metrics';
import { collecting, DELTA, onlyValue } from '../../support/collected.ts';
import type { Demonstration } from './demonstration.ts';

/** Of observable instruments and their callbacks. */
export const observations = {
  staleObservations: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      let keys = ['a', 'b'];
      meter.createObservableGauge('g').addCallback((result) => keys.forEach((key) => result.observe(1, { key })));
      await first.collect();
      keys = ['b'];
      return first.points();
    },
    stock: [
      ['g', { key: 'a' }, 1],
      ['g', { key: 'b' }, 1],
    ],
    ours: [['g', { key: 'b' }, 1]],
  },

  failedCallbacks: {
    async show(Provider) {
      const { meter, first, second } = collecting(Provider, {}, {}, DELTA);
      let total = 0;
      meter.createObservableCounter('c').addCallback((result) => {
        result.observe(total);
        if (total === 12) throw new Error('no connection');
      });
      const collected: unknown[] = [];
      for (total of [10, 12, 15]) collected.push(await first.points(), await second.points());
      return collected;
    },
    stock: [[['c', {}, 10]], [['c', {}, 10]], [['c', {}, 10]], [], [['c', {}, 15]], [['c', {}, 5]]],
    ours: [[['c', {}, 10]], [['c', {}, 10]], [], [], [['c', {}, 15]], [['c', {}, 5]]],
  },

  observationsOfOneReader: {
    async show(Provider) {
      const { meter, first, second } = collecting(Provider, {}, DELTA, DELTA);
      let key = 'a';
      meter.createObservableCounter('c').addCallback((result) => result.observe(1, { key }));
      await first.collect();
      key = 'b';
      return second.points();
    },
    stock: [
      ['c', { key: 'a' }, 1],
      ['c', { key: 'b' }, 1],
    ],
    ours: [['c', { key: 'b' }, 1]],
  },

  repeatedObservations: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const gauge = meter.createObservableGauge('g');
      gauge.addCallback(async (result) => {
        await Promise.resolve();
        result.observe(1);
      });
      gauge.addCallback((result) => result.observe(2));
      return first.points();
    },
    stock: [['g', {}, 1]],
    ours: [['g', {}, 2]],
  },

  callbacksThatStop: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const gauge = meter.createObservableGauge('g');
      const stopping = (result: ObservableResult): void => {
        result.observe(1, { key: 'a' });
        gauge.removeCallback(stopping);
      };
      gauge.addCallback(stopping);
      gauge.addCallback((result) => result.observe(1, { key: 'b' }));
      return first.points();
    },
    stock: [['g', { key: 'a' }, 1]],
    ours: [
      ['g', { key: 'a' }, 1],
      ['g', { key: 'b' }, 1],
    ],
  },

  hangingCallbacks: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      // The engine's limit keeps no process alive.
      const alive = setInterval(() => {}, 1000);
      let calls = 0;
      meter.createObservableGauge('g').addCallback(async () => {
        calls += 1;
        await new Promise(() => {});
      });
      for (let time = 0; time < 2; time += 1) await first.reader.collect({ timeoutMillis: 5 });
      clearInterval(alive);
      return calls;
    },
    stock: 2,
    ours: 1,
  },

  shrinkingTotals: {
    async show(Provider) {
      const { meter, first, second } = collecting(Provider, {}, DELTA, DELTA);
      let total = 10;
      meter.createObservableCounter('c').addCallback((result) => result.observe(total));
      await first.collect();
      await second.collect();
      total = 4;
      const collected = [await first.points()];
      total = 12;
      collected.push(await second.points());
      return collected.map(onlyValue);
    },
    stock: [4, 12],
    ours: [4, 2],
  },

  identicalInstruments: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      let calls = 0;
      const callback = (): void => void (calls += 1);
      for (let time = 0; time < 2; time += 1) meter.createObservableGauge('g').addCallback(callback);
      await first.collect();
      return calls;
    },
    stock: 2,
    ours: 1,
  },

  noCounterBelowZero: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      meter.createObservableCounter('c').addCallback((result) => {
        result.observe(-1, { key: 'a' });
        result.observe(1, { key: 'b' });
      });
      return first.points();
    },
    stock: [
      ['c', { key: 'a' }, 0],
      ['c', { key: 'b' }, 1],
    ],
    ours: [['c', { key: 'b' }, 1]],
  },

  histogramsOfObservations: {
    async show(Provider) {
      const aggregation: AggregationOption = {
        type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
        options: { boundaries: [5] },
      };
      const views = [{ instrumentName: '*', aggregation }];
      const { meter, first, second } = collecting(Provider, { views }, DELTA, DELTA);
      let value = 1;
      meter.createObservableGauge('g').addCallback((result: ObservableResult) => result.observe(value));
      await first.collect();
      value = 10;
      const histograms = [await second.points(), await first.points()].map((points) => onlyValue(points) as Histogram);
      return histograms.map(({ count, buckets }) => [count, buckets.counts]);
    },
    stock: [
      [1, [0, 1]],
      [0, [-1, 1]],
    ],
    ours: [
      [1, [0, 1]],
      [1, [0, 1]],
    ],
  },
} as const satisfies Readonly<Record<string, Demonstration>>;
