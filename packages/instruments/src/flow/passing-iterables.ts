import type { Watcher } from './watcher.ts';

type AnyIterator = Iterator<unknown, unknown, unknown>;
type AnyAsyncIterator = AsyncIterator<unknown, unknown, unknown>;
type Step = IteratorResult<unknown, unknown>;

/** What generators inherit: `Symbol.iterator`, and the helpers of iterators where Node has them. */
const ITERATOR = grandparentOf(function* () {}.prototype);

/** What async generators inherit: `Symbol.asyncIterator`, and disposal where Node has it. */
const ASYNC_ITERATOR = grandparentOf(async function* () {}.prototype);

/** An iterable whose every iteration is watched; with the methods of an iterator, if the source has them. */
export function passingIterable(source: Iterable<unknown>, watcher: Watcher): Iterable<unknown> {
  const passed = hasNext(source) ? iterator(source as unknown as AnyIterator, watcher) : {};
  const iterate = (): Iterator<unknown> => {
    const own: unknown = source[Symbol.iterator]();
    return own === source ? (passed as Iterator<unknown>) : iterator(own as AnyIterator, watcher);
  };
  return Object.assign(passed, { [Symbol.iterator]: iterate });
}

/** As {@link passingIterable}, for what `for await` goes through. */
export function passingAsyncIterable(source: AsyncIterable<unknown>, watcher: Watcher): AsyncIterable<unknown> {
  const passed = hasNext(source) ? asyncIterator(source as unknown as AnyAsyncIterator, watcher) : {};
  const iterate = (): AsyncIterator<unknown> => {
    const own: unknown = source[Symbol.asyncIterator]();
    return own === source ? (passed as AsyncIterator<unknown>) : asyncIterator(own as AnyAsyncIterator, watcher);
  };
  return Object.assign(passed, { [Symbol.asyncIterator]: iterate });
}

/** Whether it is one of the language's iterators, which can be gone through once, and not something that gives iterators. */
export function isGenerator(source: object): boolean {
  return ITERATOR.isPrototypeOf(source) || ASYNC_ITERATOR.isPrototypeOf(source);
}

function iterator(source: AnyIterator, watcher: Watcher): IterableIterator<unknown> {
  const methods: AnyIterator = {
    // Written out: an item costs no closure and no array. That nothing is sent is something else than `undefined`.
    next(sent?: unknown) {
      let step: Step;
      try {
        step = arguments.length === 0 ? source.next() : source.next(sent);
      } catch (error) {
        watcher.failed(error);
        throw error;
      }
      see(step, watcher);
      return step;
    },
    // There is one in any case: `break` is noticed by nothing else.
    return: (value) => {
      const step = orFailed(() => source.return?.(value) ?? { done: true, value }, watcher);
      seeReturn(step, watcher);
      return step;
    },
  };
  if (typeof source.throw === 'function') {
    methods.throw = (thrown) => {
      const step = orFailed(() => source.throw?.(thrown) as Step, watcher);
      see(step, watcher);
      return step;
    };
  }
  return Object.assign(Object.create(ITERATOR) as IterableIterator<unknown>, methods);
}

function asyncIterator(source: AnyAsyncIterator, watcher: Watcher): AsyncIterableIterator<unknown> {
  const failed = (error: unknown): never => {
    watcher.failed(error);
    throw error;
  };
  const seen = (step: Step): Step => {
    see(step, watcher);
    return step;
  };
  const seenReturn = (step: Step): Step => {
    seeReturn(step, watcher);
    return step;
  };
  const methods: AnyAsyncIterator = {
    next(sent?: unknown) {
      let step: Promise<Step>;
      try {
        step = arguments.length === 0 ? source.next() : source.next(sent);
      } catch (error) {
        watcher.failed(error);
        throw error;
      }
      return Promise.resolve(step).then(seen, failed);
    },
    return: (value) => {
      const step = orFailed(() => source.return?.(value) ?? returned(value), watcher);
      return Promise.resolve(step).then(seenReturn, failed);
    },
  };
  if (typeof source.throw === 'function') {
    methods.throw = (thrown) => {
      const step = orFailed(() => source.throw?.(thrown) as Promise<Step>, watcher);
      return Promise.resolve(step).then(seen, failed);
    };
  }
  return Object.assign(Object.create(ASYNC_ITERATOR) as AsyncIterableIterator<unknown>, methods);
}

/** What an async iterator without `return` would answer. */
async function returned(value: unknown): Promise<Step> {
  return { done: true, value: await value };
}

function orFailed<Result>(step: () => Result, watcher: Watcher): Result {
  try {
    return step();
  } catch (error) {
    watcher.failed(error);
    throw error;
  }
}

function see(step: Step, watcher: Watcher): void {
  try {
    if (step.done === true) watcher.succeeded(step.value);
    else watcher.item(step.value);
  } catch {
    // It is no step, or cannot be read: its taker finds that out as well.
  }
}

/** A generator may answer `return` with one more item. */
function seeReturn(step: Step, watcher: Watcher): void {
  try {
    if (step.done === true) watcher.cancelled();
    else watcher.item(step.value);
  } catch {
    // As above.
  }
}

function hasNext(source: object): boolean {
  return 'next' in source && typeof source.next === 'function';
}

function grandparentOf(prototype: object): object {
  return Object.getPrototypeOf(Object.getPrototypeOf(prototype)) as object;
}
