import type { End, Watch } from '@flowmeter/instruments/flow';

/** What a watch was told. */
export interface WatchLog {
  readonly watch: Watch;
  readonly items: readonly unknown[];
  readonly ends: readonly End[];
}

export function logWatch(): WatchLog {
  const items: unknown[] = [];
  const ends: End[] = [];
  return { watch: { item: (value) => items.push(value), ended: (end) => ends.push(end) }, items, ends };
}

/** A watch that fails whatever it is told. */
export const failingWatch: Watch = {
  item: () => {
    throw new Error('the watch has failed at an item');
  },
  ended: () => {
    throw new Error('the watch has failed at the end');
  },
};
