/** How work has ended. */
export type Outcome =
  | { readonly succeeded: true; readonly value: unknown }
  | { readonly succeeded: false; readonly error: unknown };

/**
 * Does the work and tells how it has ended, once, before its caller learns of it. What it returns comes back, what it throws
 * is thrown again, the same object.
 *
 * For a promise a promise with the same outcome comes back, and `ended` waits for it. A rejection that nobody handles is
 * reported as it would be without, once. Anything else with a `then` is followed as `await` follows it, and comes back as a
 * promise.
 *
 * @param ended what it throws goes no further
 */
export function around<Result>(work: () => Result, ended: (outcome: Outcome) => void): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    tell(ended, { succeeded: false, error });
    throw error;
  }
  if (!isThenable(result)) {
    tell(ended, { succeeded: true, value: result });
    return result;
  }
  // What comes back is the promise that follows, and not the one that was given: a handler on that would keep Node from
  // reporting a rejection that nobody else handles.
  return Promise.resolve(result).then(
    (value: unknown) => {
      tell(ended, { succeeded: true, value });
      return value;
    },
    (error: unknown) => {
      tell(ended, { succeeded: false, error });
      throw error;
    },
  ) as Result;
}

/** Whether `await` would wait for it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
  } catch {
    return false;
  }
}

function tell(ended: (outcome: Outcome) => void, outcome: Outcome): void {
  try {
    ended(outcome);
  } catch {
    // Whoever watches has failed; what is watched must not.
  }
}
