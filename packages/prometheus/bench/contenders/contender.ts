import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes } from '@opentelemetry/api';

export interface Plan {
  /** How many exports are attached: one is scraped, a second pushes. */
  readonly exports: 1 | 2;
  readonly cardinalityLimit: number;
}

/** A counter and a histogram of one library, and its endpoint. */
export interface Contender {
  readonly count: (value: number, attributes: Attributes) => void;
  readonly observe: (value: number, attributes: Attributes) => void;
  /** Answers any request with all there is. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Lets the second export push, to where nothing is kept. */
  readonly push: () => Promise<void>;
}

/** What the instruments are called, and what is made of it where names are translated. */
export const COUNTER = { instrument: 'bench.items', exposed: 'bench_items_total' };
export const HISTOGRAM = { instrument: 'bench.duration', exposed: 'bench_duration' };

/** 15 of them. */
export const BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

export const HELP = 'What the bench has recorded';
