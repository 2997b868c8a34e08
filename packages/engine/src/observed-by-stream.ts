import type { Meter } from './meter.ts';
import { failed, type ObservationList, type Observations } from './observation-round.ts';
import type { Stream } from './stream.ts';
import type { Steps } from './time-slices.ts';

/** What callbacks have observed in one collection, by the streams that take it. */
export type ObservedByStream = ReadonlyMap<Stream, readonly ObservationList[]>;

/** Calls of callbacks, of which some are under way. */
type Calls = readonly (Observations | Promise<Observations>)[];

/**
 * Calls the callbacks of all meters.
 *
 * @param isHolding whether waiting is to hold the process
 */
export function* callAll(meters: readonly Meter[], timeoutMs: number, isHolding: () => boolean): Steps<Calls> {
  const calls: (Observations | Promise<Observations>)[] = [];
  for (const { callbacks } of meters) {
    yield;
    for (const call of callbacks.calls(timeoutMs, isHolding())) {
      calls.push(call);
      yield;
    }
  }
  return calls;
}

/** Waits for the calls that are under way. */
export async function awaitCalls(calls: Calls): Promise<readonly Observations[]> {
  const observations: Observations[] = [];
  // Of thousands nearly all have ended, and are not worth a promise each.
  for (const call of calls) observations.push(call instanceof Promise ? await call : call);
  return observations;
}

/** The calls as far as they have ended; the others have failed. */
export function endedCalls(calls: Calls): readonly Observations[] {
  return calls.map((call) =>
    call instanceof Promise ? failed(new Error('an asynchronous callback was not waited for')) : call,
  );
}

/** @param errors takes those of the calls */
export function* observationsByStream(
  observations: readonly Observations[],
  errors: unknown[],
): Steps<ObservedByStream> {
  const byStream = new Map<Stream, ObservationList[]>();
  for (const ofCall of observations) {
    yield;
    errors.push(...ofCall.errors);
    for (const list of ofCall.lists) {
      yield;
      for (const stream of list.instrument.streams) {
        const present = byStream.get(stream);
        if (present === undefined) byStream.set(stream, [list]);
        else present.push(list);
      }
    }
  }
  return byStream;
}
