import type { BoundAdder } from '../instrument-interfaces.ts';
import { recordsWith, type Records } from './records.ts';

/** A source of the router: its records are counted as received when they have been accepted. */
export interface Source extends Records {
  /** Counts that the source was told to pause or slow down. */
  backpressure(): void;
}

export function sourceWith(received: BoundAdder, backpressure: BoundAdder): Source {
  return { ...recordsWith(received), backpressure: () => backpressure.add(1) };
}
