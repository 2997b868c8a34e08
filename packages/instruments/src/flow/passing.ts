import { isGenerator, passingAsyncIterable, passingIterable } from './passing-iterables.ts';
import { isNodeStream, passingNodeStream } from './passing-node-stream.ts';
import { isReadableWebStream, passingWebStream } from './passing-web-stream.ts';
import { Watcher, type Watch } from './watcher.ts';

interface NodeReadable {
  pipe(...args: never[]): unknown;
  on(...args: never[]): unknown;
}

interface WebReadable {
  getReader(...args: never[]): unknown;
}

/** What comes back for a source: the same kind of thing. */
export type Passed<Source> = Source extends string | NodeReadable | WebReadable
  ? Source
  : Source extends AsyncGenerator<infer Item, infer Return, infer Next>
    ? AsyncGenerator<Item, Return, Next>
    : Source extends AsyncIterable<infer Item>
      ? AsyncIterable<Item>
      : Source extends Generator<infer Item, infer Return, infer Next>
        ? Generator<Item, Return, Next>
        : Source extends Iterable<infer Item>
          ? Iterable<Item>
          : Source;

/**
 * Tells of each item of a source as its taker gets it, and of the end. What comes back is to be used in the place of the
 * source and behaves as it does: nothing is read that its taker does not ask for, errors are the same objects, and a taker
 * that wants no more (`break`, `return()`, `destroy()`, `cancel()`) releases the source, which is not an error but
 * `cancelled`.
 *
 * - a Node stream comes back itself, whatever else it has and does; its chunks are what it emits as `data`, which it does
 *   for every way of reading
 * - a web `ReadableStream` gives a `ReadableStream`, which takes a lock on it; one of bytes gives one without BYOB readers
 * - an async iterable or a generator gives one with the same methods, and so does an iterable
 * - anything else comes back as it is
 */
export function passing<Source>(source: Source, watch: Watch): Passed<Source> {
  return pass(source, new Watcher(watch)) as Passed<Source>;
}

/** {@link passing}, with a watcher that may know of an end already. */
export function pass(source: unknown, watcher: Watcher): unknown {
  if (typeof source !== 'object' || source === null) return source;
  if (isReadableWebStream(source)) return passingWebStream(source, watcher);
  if (isNodeStream(source)) return passingNodeStream(source, watcher);
  if (Symbol.asyncIterator in source) return passingAsyncIterable(source as AsyncIterable<unknown>, watcher);
  if (Symbol.iterator in source) return passingIterable(source as Iterable<unknown>, watcher);
  return source;
}

/** Whether a value is there to be gone through once: a stream or a generator, and not an array or a cursor. */
export function isFlow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isReadableWebStream(value) || (isNodeStream(value) && 'read' in value) || isGenerator(value);
}
