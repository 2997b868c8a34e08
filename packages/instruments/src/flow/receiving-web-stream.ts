import type { Watcher } from './watcher.ts';

export function isWritableWebStream(destination: object): destination is WritableStream<unknown> {
  return 'getWriter' in destination && typeof destination.getWriter === 'function';
}

/** A web stream that hands each chunk to the destination, and is through with it when the destination is. */
export function receivingWebStream(destination: WritableStream<unknown>, watcher: Watcher): WritableStream<unknown> {
  if (destination.locked) {
    // It has a giver already: whoever tries to write to it learns that from the stream.
    watcher.cancelled();
    return destination;
  }
  const writer = destination.getWriter();
  return new WritableStream<unknown>({
    start(controller) {
      // Told at once, not with the next write.
      writer.closed.catch((error: unknown) => {
        watcher.failed(error);
        controller.error(error);
      });
    },
    async write(chunk) {
      await writer.write(chunk);
      watcher.item(chunk);
    },
    async close() {
      await writer.close();
      watcher.succeeded();
    },
    abort(reason) {
      watcher.cancelled();
      return writer.abort(reason);
    },
  });
}
