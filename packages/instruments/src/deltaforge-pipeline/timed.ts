import { around, type Outcome } from '../flow/around.ts';

/** As {@link around}, with the seconds that the work took. */
export function timed<Result>(work: () => Result, ended: (outcome: Outcome, seconds: number) => void): Result {
  const startMs = performance.now();
  return around(work, (outcome) => ended(outcome, (performance.now() - startMs) / 1000));
}
