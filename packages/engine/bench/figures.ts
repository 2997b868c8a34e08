import { type Name, OURS, type Peer, PEERS } from './contenders/load.ts';

/** One line of the result: what was asked, and what each contender needs for it. Absent is what has no counterpart. */
export interface Figures {
  readonly question: string;
  readonly unit: 'ns' | 'ms' | 'B';
  readonly costs: ReadonlyMap<Name, number>;
  /** Bytes allocated by a call, where the question is what a call costs. */
  readonly bytes: ReadonlyMap<Name, number>;
}

/** How many times a peer's cost ours is; absent if there is nothing to compare. */
export function ratio({ costs }: Figures, peer: Peer): number | undefined {
  const ours = costs.get(OURS);
  const theirs = costs.get(peer);
  return ours === undefined || theirs === undefined ? undefined : theirs / ours;
}

/** The result as plain data, unrounded. */
export function toJson(figures: Figures): object {
  return {
    question: figures.question,
    unit: figures.unit,
    costs: Object.fromEntries(figures.costs),
    ratios: Object.fromEntries(PEERS.map((peer) => [peer, ratio(figures, peer)])),
    bytesPerCall: Object.fromEntries(figures.bytes),
  };
}
