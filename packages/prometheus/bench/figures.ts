import { type Name, NAMES, OURS } from './contenders/load.ts';

/** One line of the result: what was asked, and the figure of each contender. */
export interface Figures {
  readonly question: string;
  readonly unit: 'ms' | 'B';
  readonly of: ReadonlyMap<Name, number>;
}

/** How many times ours a peer's figure is; absent if there is nothing to compare. */
export function ratio({ of }: Figures, peer: Name): number | undefined {
  const [ours, theirs] = [of.get(OURS), of.get(peer)];
  return ours === undefined || theirs === undefined || ours === 0 ? undefined : theirs / ours;
}

/** The result as plain data, unrounded. */
export function toJson(figures: Figures): object {
  const peers = NAMES.filter((name) => name !== OURS);
  return {
    question: figures.question,
    unit: figures.unit,
    figures: Object.fromEntries(figures.of),
    ratios: Object.fromEntries(peers.map((peer) => [peer, ratio(figures, peer)])),
  };
}

export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
}
