import {
  AggregationType,
  type AggregationOption,
  createAllowListAttributesProcessor,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import { collecting, onlyValue } from '../../support/collected.ts';
import { doesThrow, OVERFLOW, type Demonstration } from './demonstration.ts';

/** Of instruments and views, and the streams they make. */
export const streams = {
  oneStreamNameTwice: {
    async show(Provider) {
      const views = [
        { instrumentName: 'c', attributesProcessors: [createAllowListAttributesProcessor([])] },
        { instrumentName: 'c', attributesProcessors: [createAllowListAttributesProcessor(['key'])] },
        { instrumentName: 'd' },
        { instrumentName: 'd', description: 'both' },
      ];
      const { meter, first } = collecting(Provider, { views });
      for (const name of ['c', 'd']) meter.createCounter(name).add(1, { key: 'a' });
      return first.points();
    },
    stock: [
      ['c', {}, 2],
      ['d', { key: 'a' }, 2],
    ],
    ours: [
      ['c', { key: 'a' }, 1],
      ['c', {}, 1],
      ['d', { key: 'a' }, 1],
    ],
  },

  renamedOntoAnother: {
    async show(Provider) {
      const { meter, first } = collecting(Provider, { views: [{ instrumentName: 'c', name: 'd' }] });
      meter.createCounter('c').add(1);
      meter.createCounter('d').add(2);
      return first.points();
    },
    stock: [
      ['d', {}, 1],
      ['d', {}, 2],
    ],
    ours: [['d', {}, 3]],
  },

  readersAggregations: {
    async show(Provider) {
      const aggregationSelector = () => ({ type: AggregationType.DROP }) as const;
      const { meter, first } = collecting(Provider, { views: [{ instrumentName: 'c' }] }, { aggregationSelector });
      meter.createCounter('c').add(1);
      return first.points();
    },
    stock: [['c', {}, 1]],
    ours: [],
  },

  readersLimits: {
    async show(Provider) {
      const { meter, first } = collecting(
        Provider,
        { views: [{ instrumentName: 'c' }] },
        { cardinalitySelector: () => 1 },
      );
      const counter = meter.createCounter('c');
      for (const key of 'ab') counter.add(1, { key });
      return first.points();
    },
    stock: [
      ['c', { key: 'a' }, 1],
      ['c', { key: 'b' }, 1],
    ],
    ours: [
      ['c', { key: 'a' }, 1],
      ['c', OVERFLOW, 1],
    ],
  },

  namesInAnotherCase: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      meter.createCounter('bytesIn').add(1);
      meter.createCounter('BytesIn').add(2);
      return first.points();
    },
    stock: [
      ['BytesIn', {}, 2],
      ['bytesIn', {}, 1],
    ],
    ours: [['bytesIn', {}, 3]],
  },

  invalidNames: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      for (const name of ['1st', 'two words', '', 'one']) meter.createCounter(name).add(1);
      return first.points();
    },
    stock: [
      ['', {}, 1],
      ['1st', {}, 1],
      ['one', {}, 1],
      ['two words', {}, 1],
    ],
    ours: [['one', {}, 1]],
  },

  wildcards: {
    async show(Provider) {
      const aggregation = { type: AggregationType.DROP } as const;
      const views = ['b?', 'a*c*d'].map((instrumentName) => ({ instrumentName, aggregation }));
      const { meter, first } = collecting(Provider, { views });
      for (const name of ['abcd', 'ad', 'b1']) meter.createCounter(name).add(1);
      return first.points();
    },
    stock: [['b1', {}, 1]],
    ours: [['ad', {}, 1]],
  },

  impossibleViews: {
    async show(Provider) {
      const aggregations: readonly AggregationOption[] = [
        { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [2, 1] } },
        { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 1 } },
      ];
      const misspelt = { attributeKeys: ['key'] };
      const impossible = [...aggregations.map((aggregation) => ({ aggregation })), { name: 'two words' }, misspelt];
      return impossible.map((view) => doesThrow(() => new Provider({ views: [{ instrumentName: 'h', ...view }] })));
    },
    stock: [false, false, false, false],
    ours: [true, true, true, true],
  },

  impossibleAdvice: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      meter.createHistogram('h', { advice: { explicitBucketBoundaries: [2, 1] } }).record(1);
      return (onlyValue(await first.points()) as Histogram).buckets.boundaries.length;
    },
    stock: 2,
    ours: 15,
  },
} as const satisfies Readonly<Record<string, Demonstration>>;
