/**
 * Where errors have come up first. `stream.pipeline` destroys each of its streams with the error of the one that has failed, so that all
 * seem to have failed with it: which the others have not.
 */
const origins = new WeakMap<object, Origin>();

/** A source, or what is behind the sources. */
type Origin = 'source' | 'behind';

/** Notes where an error has come up; where it is known already, it stays. */
export function noteFailure(error: unknown, origin: Origin): void {
  if (typeof error === 'object' && error !== null && !origins.has(error)) origins.set(error, origin);
}

/** Whether it was there that an error came up first. */
export function isFrom(error: unknown, origin: Origin): boolean {
  return typeof error === 'object' && error !== null && origins.get(error) === origin;
}
