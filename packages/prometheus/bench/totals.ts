/** Proof that what was scraped is what was recorded: the sums over all series of either. */
import { isDeepStrictEqual } from 'node:util';
import { BOUNDARIES, COUNTER, HISTOGRAM } from './contenders/contender.ts';

export interface Totals {
  readonly counters: number;
  /** The sum of all counters: an integer, so that it is exact. */
  readonly items: number;
  readonly histograms: number;
  readonly observations: number;
  /** The sum of all that was observed, in quarters: exact as well. */
  readonly durations: number;
}

/** @throws Error if a body in Prometheus' text format does not come to these sums, or has other numbers of samples */
export function checkBody(body: Buffer, totals: Totals, whose: string): void {
  const { counters, items, histograms, observations, durations } = totals;
  const expected = {
    [COUNTER.exposed]: { samples: counters, sum: items },
    [`${HISTOGRAM.exposed}_bucket`]: { samples: (BOUNDARIES.length + 1) * histograms },
    [`${HISTOGRAM.exposed}_sum`]: { samples: histograms, sum: durations },
    [`${HISTOGRAM.exposed}_count`]: { samples: histograms, sum: observations },
  };
  const found = sumsIn(body);
  for (const [name, sums] of Object.entries(expected)) {
    const inBody = found.get(name) ?? { samples: 0, sum: 0 };
    if (isDeepStrictEqual({ ...inBody, ...sums }, inBody)) continue;
    throw new Error(`${whose}: ${name} is ${JSON.stringify(inBody)} instead of ${JSON.stringify(sums)}.`);
  }
}

interface Sums {
  samples: number;
  sum: number;
}

function sumsIn(body: Buffer): Map<string, Sums> {
  const text = body.toString('latin1');
  const sums = new Map<string, Sums>();
  for (let start = 0, end; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end < 0) throw new Error('The body ends in the middle of a line.');
    const brace = text.indexOf('{', start);
    if (brace < 0 || brace > end) continue;
    const name = text.slice(start, brace);
    const value = Number(text.slice(text.lastIndexOf(' ', end) + 1, end));
    const ofName = sums.get(name);
    if (ofName === undefined) sums.set(name, { samples: 1, sum: value });
    else {
      ofName.samples += 1;
      ofName.sum += value;
    }
  }
  return sums;
}
