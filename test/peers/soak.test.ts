/** A short soak. `npm run soak -- --minutes 30` is a long one, whose figures are in the README. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collector, missing, newPrometheus } from './support/peers.ts';
import { grown, soak, type SoakReport } from './support/soak.ts';

const skip = missing(collector, newPrometheus);

/** The first is for what is made once. */
const ROUNDS = 3;

describe('services that all faults come over again and again, while they record thousands of times a second', () => {
  let soaked: Promise<SoakReport> | undefined;
  const report = (): Promise<SoakReport> => (soaked ??= soak({ rounds: ROUNDS }));

  it('end with all totals right, in the series that were recorded and no others', { skip }, async () => {
    const { services } = await report();
    for (const { name, recorded } of services) ok(recorded > 0, name);
  });

  it('keep no more memory, and no more sockets, than after the first round', { skip }, async () => {
    deepStrictEqual(grown(await report()), []);
  });
});
