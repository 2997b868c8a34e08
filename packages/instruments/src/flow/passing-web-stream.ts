import type { Watcher } from './watcher.ts';

export function isReadableWebStream(source: object): source is ReadableStream<unknown> {
  return 'getReader' in source && typeof source.getReader === 'function';
}

/** A web stream that reads the source when it is read itself, and holds nothing. */
export function passingWebStream(source: ReadableStream<unknown>, watcher: Watcher): ReadableStream<unknown> {
  if (source.locked) {
    // It has a taker already: whoever tries to read it learns that from the stream.
    watcher.cancelled();
    return source;
  }
  const reader = source.getReader();
  let reading = false;
  let closed = false;
  return new ReadableStream<unknown>(
    {
      start(controller) {
        // Told at once, not with the next read: a pipe that waits for its destination has to learn of an error.
        reader.closed.then(
          () => {
            closed = true;
            // A source closes just before it hands over its last chunk: that one has to come through first.
            if (!reading) end(controller, watcher);
          },
          (error: unknown) => {
            watcher.failed(error);
            controller.error(error);
          },
        );
      },
      async pull(controller) {
        reading = true;
        const { done, value } = await reader.read();
        reading = false;
        if (!done) {
          watcher.item(value);
          controller.enqueue(value);
        }
        if (done || closed) end(controller, watcher);
      },
      cancel(reason) {
        watcher.cancelled();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function end(controller: ReadableStreamDefaultController<unknown>, watcher: Watcher): void {
  watcher.succeeded();
  try {
    controller.close();
  } catch {
    // It is closed, or was cancelled.
  }
}
