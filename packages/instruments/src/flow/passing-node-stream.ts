import type { Watcher } from './watcher.ts';

/** What is used of a Node stream: of `node:stream`, of its copies on npm, and of the streams that came before. */
export interface NodeStream {
  emit(event: string | symbol, ...args: unknown[]): boolean;
  readonly readableEncoding?: string | null;
  readonly readableEnded?: boolean;
  readonly writableFinished?: boolean;
  readonly errored?: unknown;
  readonly closed?: boolean;
}

export function isNodeStream(source: object): source is NodeStream {
  const { pipe, on, emit } = source as Record<string, unknown>;
  return typeof pipe === 'function' && typeof on === 'function' && typeof emit === 'function';
}

/**
 * Watches what a Node stream gives, and gives it back: one in its place would buffer, would have other properties, and
 * would have to imitate its errors. Whoever reads it, and however, it emits each chunk as `data`, so `emit` is where to look; a
 * listener would set it flowing.
 */
export function passingNodeStream(source: NodeStream, watcher: Watcher): NodeStream {
  if (source.readableEnded === true) watcher.succeeded();
  watchEvents(source, watcher, 'end', (chunk) => watcher.item(chunk, source.readableEncoding ?? undefined));
  return source;
}

/**
 * Tells the end of a Node stream, before its listeners learn of it: `done` is the event of a good one, `close` without it or
 * an error is a taker or giver that wanted no more, and so is the error with which Node says that.
 */
export function watchEvents(
  stream: NodeStream,
  watcher: Watcher,
  done: 'end' | 'finish',
  onData?: (chunk: unknown) => void,
): void {
  if (stream.closed === true) tellClosed(stream, watcher);
  const { emit } = stream;
  define(stream, 'emit', function (this: unknown, event: unknown, first: unknown): unknown {
    if (event === 'data') onData?.(first);
    else if (event === done) watcher.succeeded();
    else if (event === 'error') tellError(first, watcher);
    else if (event === 'close') watcher.cancelled();
    // Not spread: a chunk costs no array.
    return Reflect.apply(emit, this, arguments as unknown as unknown[]);
  });
}

/** Replaces a method of one object. Of an object that does not allow it, it does not. */
export function define(owner: object, name: string | symbol, value: Function): void {
  Reflect.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
}

function tellClosed({ errored }: NodeStream, watcher: Watcher): void {
  if (errored === undefined || errored === null) watcher.cancelled();
  else tellError(errored, watcher);
}

function tellError(error: unknown, watcher: Watcher): void {
  if (isGivenUp(error)) watcher.cancelled();
  else watcher.failed(error);
}

/** `break` out of a Node stream destroys it with an `AbortError` of Node's own. That of a signal has the signal's reason behind it. */
function isGivenUp(error: unknown): boolean {
  try {
    const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
    return code === 'ABORT_ERR' && cause === undefined;
  } catch {
    return false;
  }
}
