/**
 * What has failed after the sources. `stream.pipeline` destroys its source with the error of whatever failed behind it, so that the
 * source seems to have failed with it: which it has not.
 */
const failures = new WeakSet<object>();

/** Notes a failure that is no source's. */
export function noteFailure(error: unknown): void {
  if (typeof error === 'object' && error !== null) failures.add(error);
}

/** Whether a source that has ended with this error was ended by what is behind it, which has failed or wants no more. */
export function isFromDownstream(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (failures.has(error) || isGivenUp(error));
}

/** `break` out of a Node stream destroys it with an `AbortError` of its own. That of a signal has the signal's reason behind it. */
function isGivenUp(error: { readonly code?: unknown; readonly cause?: unknown }): boolean {
  try {
    return error.code === 'ABORT_ERR' && error.cause === undefined;
  } catch {
    return false;
  }
}
