import { open } from 'node:fs/promises';
import { toDelivery, type Sink } from './sink.ts';

/** A sink that appends one JSON line a record to a file. */
export async function openFileSink(sinkId: string, path: string): Promise<Sink> {
  const file = await open(path, 'a');
  return {
    sinkId,
    async deliver(records) {
      await file.appendFile(records.map((record) => `${JSON.stringify(toDelivery(record))}\n`).join(''));
    },
    flush: () => file.datasync(),
    close: () => file.close(),
  };
}
