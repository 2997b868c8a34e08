import { around, type Outcome } from '../../flow/around.ts';
import { noteFailure } from './where-failed.ts';

/** As {@link around}, with the seconds that the work of a processor, a sink or the coordinator took. */
export function timed<Result>(work: () => Result, ended: (outcome: Outcome, seconds: number) => void): Result {
  const startMs = performance.now();
  return around(work, (outcome) => {
    if (!outcome.succeeded) noteFailure(outcome.error, 'behind');
    ended(outcome, (performance.now() - startMs) / 1000);
  });
}
