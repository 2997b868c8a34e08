import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { collecting } from '../../support/collected.ts';
import { doesThrow, type Demonstration } from './demonstration.ts';

/** Of attributes, and the series they make. */
export const attributes = {
  undefinedAttributes: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const counter = meter.createCounter('c');
      counter.add(1, { key: 'a', other: undefined });
      counter.add(2, { key: 'a' });
      return first.points();
    },
    stock: [
      ['c', { key: 'a', other: undefined }, 1],
      ['c', { key: 'a' }, 2],
    ],
    ours: [['c', { key: 'a' }, 3]],
  },

  unwritableAttributes: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const counter = meter.createCounter('c');
      const cyclic: unknown[] = [];
      cyclic.push(cyclic);
      const thrown = [1n, cyclic, Symbol('s'), NaN].filter((key) => doesThrow(() => counter.add(1, { key })));
      return [thrown.length, (await first.points()).map(([, , value]) => value)];
    },
    stock: [2, [2]],
    ours: [0, [1, 1, 1, 1]],
  },

  attributesThatAreNone: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const counter = meter.createCounter('c');
      const thrown = [null, 'ab', 7].filter((none) => doesThrow(() => counter.add(1, none as never)));
      return [thrown, await first.points()];
    },
    stock: [
      [null],
      [
        ['c', { 0: 'a', 1: 'b' }, 1],
        ['c', {}, 1],
      ],
    ],
    ours: [[], [['c', {}, 3]]],
  },

  attributesThatChange: {
    async show(Provider) {
      const { meter, first } = collecting(Provider);
      const changing = { key: 'a' };
      meter.createCounter('c').add(1, changing);
      changing.key = 'b';
      return first.points();
    },
    stock: [['c', { key: 'b' }, 1]],
    ours: [['c', { key: 'a' }, 1]],
  },

  failingProcessors: {
    async show(Provider) {
      const processor: IAttributesProcessor = {
        process() {
          throw new Error('no attributes');
        },
      };
      const views = [{ instrumentName: 'c', attributesProcessors: [processor] }];
      const { meter, first } = collecting(Provider, { views });
      const counter = meter.createCounter('c');
      return [doesThrow(() => counter.add(1, { key: 'a' })), await first.points()];
    },
    stock: [true, []],
    ours: [false, []],
  },
} as const satisfies Readonly<Record<string, Demonstration>>;
