import { returnUndelivered } from '@flowmeter/engine';
import { AggregationType, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { collecting, DELTA } from '../../support/collected.ts';
import { OVERFLOW, type Demonstration } from './demonstration.ts';

/** Of values, and what becomes of them. */
export const values = {
  limitForLife: {
    async show(Provider) {
      const { meter, first } = collecting(Provider, {}, { cardinalitySelector: () => 2 });
      const counter = meter.createCounter('c');
      for (const keys of ['ab', 'ac', 'de']) {
        for (const key of keys) counter.add(1, { key });
        await first.collect();
      }
      return first.points();
    },
    stock: [
      ['c', { key: 'a' }, 2],
      ['c', { key: 'd' }, 1],
      ['c', OVERFLOW, 3],
    ],
    ours: [
      ['c', { key: 'a' }, 2],
      ['c', { key: 'b' }, 1],
      ['c', OVERFLOW, 3],
    ],
  },

  oneRunningTotal: {
    async show(Provider) {
      const { meter, first } = collecting(Provider, {}, DELTA);
      const counter = meter.createCounter('c');
      counter.add(2 ** 53);
      await first.collect();
      counter.add(1);
      return first.points();
    },
    stock: [['c', {}, 1]],
    ours: [['c', {}, 0]],
  },

  unusualValues: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const [counter, gauge] = [meter.createCounter('c'), meter.createGauge('g')];
      for (const value of [1, NaN, Infinity]) {
        counter.add(value);
        gauge.record(value);
      }
      return first.points();
    },
    stock: [
      ['c', {}, NaN],
      ['g', {}, Infinity],
    ],
    ours: [
      ['c', {}, 1],
      ['g', {}, 1],
    ],
  },

  zerosThatCoarsen: {
    async show(Provider) {
      const views = [{ instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } } as const];
      const { meter, first } = collecting(Provider, { views });
      const [histogram, other] = [meter.createHistogram('h'), meter.createUpDownCounter('u')];
      const scales: number[][] = [];
      for (const value of [3, 0, 3]) {
        histogram.record(value);
        other.add(-value);
        scales.push((await first.points()).map(([, , point]) => (point as ExponentialHistogram).scale));
      }
      return scales;
    },
    stock: [
      [20, 20],
      [6, 6],
      [6, 6],
    ],
    ours: [
      [20, 20],
      [20, 20],
      [20, 20],
    ],
  },

  losslessDelta: {
    async show(Provider) {
      const { meter, first } = collecting(Provider, {}, DELTA);
      const counter = meter.createCounter('c');
      counter.add(1);
      returnUndelivered((await first.reader.collect()).resourceMetrics);
      counter.add(2);
      return first.points();
    },
    stock: [['c', {}, 2]],
    ours: [['c', {}, 3]],
  },
} as const satisfies Readonly<Record<string, Demonstration>>;
