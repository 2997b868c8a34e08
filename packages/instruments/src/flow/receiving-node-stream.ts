import { define, watchEvents, type NodeStream } from './passing-node-stream.ts';
import type { Watcher } from './watcher.ts';

type Written = (error?: unknown) => void;
type Method = (...args: unknown[]) => unknown;

interface NodeDestination extends NodeStream {
  write: Method;
  end: Method;
  _write?: Method;
  _writev?: Method | null;
  readonly writableEnded?: boolean;
  readonly destroyed?: boolean;
}

/** What `_writev` is given. */
interface Waiting {
  readonly chunk: unknown;
  readonly encoding: string;
}

export function isNodeDestination(destination: object): destination is NodeDestination {
  const { write, end, on, emit } = destination as Record<string, unknown>;
  return [write, end, on, emit].every((method) => typeof method === 'function');
}

/** Watches what a Node stream takes, where it is written: what waits in front of it may never be. */
export function receivingNodeStream(destination: NodeDestination, watcher: Watcher): void {
  if (destination.writableFinished === true) watcher.succeeded();
  watchEvents(destination, watcher, 'finish');
  if ('_write' in destination && typeof destination['_write'] === 'function') watchWrites(destination, watcher);
  else watchAccepted(destination, watcher);
}

/** A stream writes one chunk, or one batch of them, at a time, and says when it has: so one callback does for all. */
function watchWrites(destination: NodeDestination, watcher: Watcher): void {
  let writing = false;
  let chunk: unknown;
  let encoding: string | undefined;
  let batch: readonly Waiting[] | undefined;
  let callback: Written | undefined;
  const written: Written = (error) => {
    if (writing && (error === undefined || error === null)) {
      if (batch === undefined) watcher.item(chunk, encoding);
      else for (const waiting of batch) watcher.item(waiting.chunk, waiting.encoding);
    }
    writing = false;
    chunk = batch = undefined;
    callback?.(error);
  };
  const { _write: write, _writev: writeBatch } = destination;
  define(destination, '_write', function (this: unknown, given: unknown, itsEncoding: string, done: Written) {
    writing = true;
    chunk = given;
    encoding = itsEncoding;
    callback = done;
    return write?.call(this, given, itsEncoding, written);
  });
  if (typeof writeBatch !== 'function') return;
  define(destination, '_writev', function (this: unknown, given: readonly Waiting[], done: Written) {
    writing = true;
    batch = given;
    callback = done;
    return writeBatch.call(this, given, written);
  });
}

/** An HTTP message has no such place; what it is given while it is open it takes. */
function watchAccepted(destination: NodeDestination, watcher: Watcher): void {
  let depth = 0;
  for (const name of ['write', 'end'] as const) {
    const method = destination[name];
    define(destination, name, function (this: unknown, chunk: unknown, encoding: unknown): unknown {
      const { writableEnded, destroyed } = destination;
      const isOpen = writableEnded !== true && destroyed !== true;
      depth += 1;
      try {
        const result = Reflect.apply(method, this, arguments as unknown as unknown[]);
        // One may do its work by the other.
        if (isOpen && depth === 1 && isChunk(chunk)) {
          watcher.item(chunk, typeof encoding === 'string' ? encoding : undefined);
        }
        return result;
      } finally {
        depth -= 1;
      }
    });
  }
}

/** Whether the first argument of `end` is one, and not its callback or nothing. */
function isChunk(chunk: unknown): boolean {
  return chunk !== undefined && chunk !== null && typeof chunk !== 'function';
}
