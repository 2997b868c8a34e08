import { isNodeDestination, receivingNodeStream } from './receiving-node-stream.ts';
import { isWritableWebStream, receivingWebStream } from './receiving-web-stream.ts';
import { Watcher, type Watch } from './watcher.ts';

/**
 * Tells of each item that a destination has taken, and of the end. What comes back is to be used in its place, as in
 * `pipeline(source, receiving(destination, watch))`, and behaves as it does; `abort()`, and `destroy()` without an error, are
 * `cancelled`.
 *
 * - a Node stream comes back itself; told are the chunks that it has written without an error, of an HTTP request or
 *   response, which does not say that, those it has accepted
 * - a web `WritableStream` gives a `WritableStream`, which takes a lock on it and adds one chunk to what waits in front of it
 * - anything else comes back as it is
 */
export function receiving<Destination>(destination: Destination, watch: Watch): Destination {
  if (typeof destination !== 'object' || destination === null) return destination;
  const watcher = new Watcher(watch);
  if (isWritableWebStream(destination)) return receivingWebStream(destination, watcher) as Destination;
  if (isNodeDestination(destination)) receivingNodeStream(destination, watcher);
  return destination;
}

/** Whether a value is something to write to. */
export function isDestination(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isWritableWebStream(value) || isNodeDestination(value);
}
