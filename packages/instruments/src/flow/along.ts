import { isThenable } from './around.ts';
import { isFlow, pass } from './passing.ts';
import { Watcher, type Watch } from './watcher.ts';

/**
 * As `around`, for work that may also answer with something that flows, a stream or a generator, at once or as a promise:
 * that is watched as `passing` does it, and its end is the end of the work. Anything else has no items.
 */
export function along<Result>(work: () => Result, watch: Watch): Result {
  const watcher = new Watcher(watch);
  const follow = (value: unknown): unknown => {
    if (isFlow(value)) return pass(value, watcher);
    watcher.succeeded(value);
    return value;
  };
  let result: Result;
  try {
    result = work();
  } catch (error) {
    watcher.failed(error);
    throw error;
  }
  if (!isThenable(result)) return follow(result) as Result;
  return Promise.resolve(result).then(follow, (error: unknown) => {
    watcher.failed(error);
    throw error;
  }) as Result;
}
