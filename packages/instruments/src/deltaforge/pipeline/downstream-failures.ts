/**
 * What has failed after the sources. `stream.pipeline` destroys its source with the error of whatever failed behind it, so that the
 * source seems to have failed with it: which it has not.
 */
const failures = new WeakSet<object>();

/** Notes a failure that is no source's. */
export function noteFailure(error: unknown): void {
  if (typeof error === 'object' && error !== null) failures.add(error);
}

/** Whether a source that has ended with this error was ended by what has failed behind it. */
export function isFromDownstream(error: unknown): boolean {
  return typeof error === 'object' && error !== null && failures.has(error);
}
