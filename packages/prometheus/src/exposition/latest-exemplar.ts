import { hrTimeToMilliseconds, type Exemplar } from '@flowmeter/engine';

/** The latest exemplar whose value is above one bound and not above another: a sample has one at most. */
export function latestIn(exemplars: readonly Exemplar[], above: number, upTo: number): Exemplar | undefined {
  let latest: Exemplar | undefined;
  for (const exemplar of exemplars) {
    if (exemplar.value <= above || exemplar.value > upTo) continue;
    if (latest === undefined || hrTimeToMilliseconds(exemplar.timestamp) >= hrTimeToMilliseconds(latest.timestamp))
      latest = exemplar;
  }
  return latest;
}
