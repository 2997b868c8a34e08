import { receiving } from '../flow/receiving.ts';
import { SeenStreams } from '../flow/seen-streams.ts';
import type { BoundAdder } from '../instrument-interfaces.ts';
import { count, recordsWith, type Records } from './records.ts';

/** A sink of the router: its records are counted as delivered when it has confirmed them, and their latency is recorded. */
export interface Sink<Rec = unknown> extends Records<Rec> {
  /**
   * Counts the records that a destination, an object stream of Node or a stream of the web, has written; to be used in its
   * place.
   */
  receiving<Destination>(destination: Destination): Destination;
}

/** Where the way of a record began, for its routing latency. */
export interface SinkOptions<Rec> {
  /** The pipeline that has carried a record. */
  readonly pipelineOf: (record: Rec) => string;
  /** When the record was accepted, as `performance.now()` or `Date.now()` said then. */
  readonly acceptedAt: (record: Rec) => number;
}

/** More milliseconds than `performance.now()` will ever say: a later time is one of `Date.now()`. */
const LATEST_PERFORMANCE_MS = 1e11;

export function sinkWith<Rec>(
  delivered: BoundAdder,
  latency: (pipelineId: string, latencyMs: number) => void,
  options: SinkOptions<Rec> | undefined,
): Sink<Rec> {
  const each = options === undefined ? undefined : (record: unknown) => measure(record as Rec, options, latency);
  const seen = new SeenStreams();
  const watch = { item: (item: unknown) => count(item, delivered, each) };
  return {
    ...recordsWith(delivered, each),
    receiving: (destination) => (seen.isNew(destination) ? receiving(destination, watch) : destination),
  };
}

function measure<Rec>(
  record: Rec,
  { pipelineOf, acceptedAt }: SinkOptions<Rec>,
  latency: (pipelineId: string, latencyMs: number) => void,
): void {
  const sinceMs = acceptedAt(record);
  const nowMs = sinceMs > LATEST_PERFORMANCE_MS ? Date.now() : performance.now();
  // The clock of the day may have been set back in the meantime.
  latency(pipelineOf(record), sinceMs > nowMs ? 0 : nowMs - sinceMs);
}
