import { isThenable } from '../flow/around.ts';
import { countBytes, watchBytes, type Bytes } from '../flow/counting-bytes.ts';
import type { Passed } from '../flow/passing.ts';
import { isDestination, receiving } from '../flow/receiving.ts';
import { SeenStreams } from '../flow/seen-streams.ts';
import type { Counter } from '../instrument-interfaces.ts';

type NoAttributes = Record<never, never>;

/** What storage is measured with. */
interface StorageInstruments {
  readonly bytesRead: Counter<{ source: string }>;
  readonly bytesWritten: Counter<{ destination: string; type: string }>;
  readonly cacheHit: Counter<NoAttributes>;
  readonly cacheMiss: Counter<NoAttributes>;
}

/** A stream of Node or of the web, or something to loop over, of bytes or text. */
type ByteSource =
  | { pipe(...args: never[]): unknown }
  | { getReader(...args: never[]): unknown }
  | AsyncIterable<unknown>
  | Iterable<unknown>;

type ByteDestination = { write(...args: never[]): unknown } | { getWriter(...args: never[]): unknown };

/** What comes back for something to read or to write: the same kind of thing. */
type Counted<Data> = Data extends Bytes | ByteDestination
  ? Data
  : Data extends PromiseLike<infer Value>
    ? Promise<Counted<Value>>
    : Passed<Data>;

/** Reads and writes of storage. */
export interface Storage<ReadAttributes, WriteAttributes> {
  /**
   * Counts the bytes of what is read: of data at once, of a stream or anything else to loop over as they are taken, of a
   * promise of either when it is there. What comes back is to be used in its place; a Node stream is counted once, however
   * often it is given.
   */
  reading<Data extends Bytes | ByteSource | PromiseLike<Bytes | ByteSource>>(
    attributes: ReadAttributes,
    data: Data,
  ): Counted<Data>;
  /**
   * Counts the bytes of what is written: of a destination (a writable stream of Node or of the web) as it has written them, of
   * a source that something else writes, an upload's body for one, as they are taken, of data at once. What comes back is to be
   * used in its place; a Node stream is counted once, however often it is given.
   */
  writing<Data extends Bytes | ByteSource | ByteDestination>(attributes: WriteAttributes, data: Data): Counted<Data>;
  /**
   * Reads through a cache: a hit is what `lookup` answers, unless that is `undefined` or `null`; then it is a miss, and `fetch`
   * is asked. Each may answer at once or with a promise; what they throw is thrown.
   */
  cached<Found, Fetched>(
    lookup: () => Found,
    fetch: () => Fetched,
  ): Found extends PromiseLike<infer Value>
    ? Promise<NonNullable<Value> | Awaited<Fetched>>
    : NonNullable<Found> | Fetched;
}

export function storageWith(
  instruments: StorageInstruments,
): Storage<{ source: string }, { destination: string; type: string }> {
  const hit = instruments.cacheHit.bind();
  const miss = instruments.cacheMiss.bind();
  const orFetched = (found: unknown, fetch: () => unknown): unknown => {
    const isHit = found !== undefined && found !== null;
    (isHit ? hit : miss).add(1);
    return isHit ? found : fetch();
  };
  const seenReading = new SeenStreams();
  const seenWriting = new SeenStreams();
  const read = (attributes: { source: string }, data: unknown): unknown => {
    if (isThenable(data)) return Promise.resolve(data).then((value) => read(attributes, value));
    if (!seenReading.isNew(data, attributes)) return data;
    return countBytes(data, instruments.bytesRead.bind(attributes));
  };
  return {
    reading: (attributes, data) => read(attributes, data) as never,
    writing(attributes, data) {
      if (!seenWriting.isNew(data, attributes)) return data as never;
      const bytes = instruments.bytesWritten.bind(attributes);
      return (isDestination(data) ? receiving(data, watchBytes(bytes)) : countBytes(data, bytes)) as never;
    },
    cached(lookup, fetch) {
      const found: unknown = lookup();
      if (!isThenable(found)) return orFetched(found, fetch) as never;
      return Promise.resolve(found).then((value) => orFetched(value, fetch)) as never;
    },
  };
}
