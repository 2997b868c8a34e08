import type { HrTime } from '@opentelemetry/api';
import { millisToHrTime } from './hr-time.ts';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, DataPointType } from './sdk-enumerations.ts';
import { NO_ROW } from './attribute-node.ts';
import type { DataPointWithExemplars, Exemplar } from './exemplar.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import type { ObservedRows } from './observed-values.ts';
import type { Stream } from './stream.ts';
import { rememberTaken } from './undelivered.ts';

/** From where to where a delta reaches. */
export interface DeltaSpan {
  readonly sinceMs: number;
  readonly endMs: number;
  /** The exemplars that had been taken before it. */
  readonly exemplarsSince: number;
}

/** A stream as one reader reads it. */
export interface StreamReading {
  readonly stream: Stream;
  /** The reader's number among those with delta temporality; `undefined` for one with cumulative temporality. */
  readonly slot: number | undefined;
  /** When the reader has read it last, or the stream was made; in epoch milliseconds. The next delta is from then on. */
  sinceMs: number;
  /** The exemplars that were taken until then. */
  exemplarsSince: number;
  /**
   * What was given back since then, by which the next delta may have to reach back further, and before that the
   * collections that have found nothing: what was under way meanwhile may be given back yet.
   */
  returned: readonly DeltaSpan[];
}

/**
 * Reads a stream that has been settled.
 *
 * @param observed the rows that callbacks observed in this collection, where there are callbacks
 * @returns `undefined` if there is nothing to report
 */
export function readStream(
  reading: StreamReading,
  endMs: number,
  observed: ObservedRows | undefined,
): MetricData | undefined {
  const data =
    reading.slot === undefined
      ? readCumulative(reading.stream, endMs, observed)
      : readDelta(reading, reading.slot, endMs, observed);
  reading.returned = data === undefined ? [uncovered(reading, endMs)] : [];
  reading.sinceMs = endMs;
  reading.exemplarsSince = reading.stream.exemplars.taken;
  return data;
}

/** For how long collections have found nothing, up to this one. */
function uncovered({ sinceMs, exemplarsSince, returned }: StreamReading, endMs: number): DeltaSpan {
  const before = returned.find((span) => span.endMs === sinceMs);
  return { sinceMs: before?.sinceMs ?? sinceMs, endMs, exemplarsSince };
}

function readCumulative(stream: Stream, endMs: number, observed: ObservedRows | undefined): MetricData | undefined {
  const endTime = millisToHrTime(endMs);
  const points: DataPointWithExemplars<unknown>[] = [];
  let startMs = NaN;
  let startTime: HrTime = endTime;
  for (let row = 0; row < stream.rowCount; row += 1) {
    if (!stream.isLive(row) || (observed !== undefined && !observed.has(row))) continue;
    const rowStartMs = stream.startTimeOf(row);
    // Series come in crowds with the same start.
    if (rowStartMs !== startMs) {
      startMs = rowStartMs;
      startTime = millisToHrTime(startMs);
    }
    const value: unknown = stream.aggregation.cumulative(row);
    points.push(pointOf(stream, row, startTime, endTime, value, stream.exemplars.collect(row, 0)));
  }
  return toMetricData(stream, stream.descriptor, AggregationTemporality.CUMULATIVE, points);
}

function readDelta(
  reading: StreamReading,
  slot: number,
  endMs: number,
  observed: ObservedRows | undefined,
): MetricData | undefined {
  const { stream, sinceMs, exemplarsSince } = reading;
  const { aggregation } = stream;
  joinSuccessors(stream, slot);
  const startTime = millisToHrTime(sinceMs);
  const endTime = millisToHrTime(endMs);
  const rows: number[] = [];
  const generations: number[] = [];
  const points: DataPointWithExemplars<unknown>[] = [];
  for (let row = 0; row < stream.rowCount; row += 1) {
    if (stream.isFree(row) || !aggregation.isPending(row, slot)) continue;
    if (observed !== undefined && !observed.has(row) && !stream.isLeaving(row)) continue;
    rows.push(row);
    generations.push(stream.generationOf(row));
    const value: unknown = aggregation.takeDelta(row, slot);
    const exemplars = stream.exemplars.collectInherited(row, exemplarsSince);
    points.push(pointOf(stream, row, startTime, endTime, value, exemplars));
    stream.release(row);
  }
  // A descriptor of its own: by it what was taken is found again if it has to be given back.
  const descriptor = { ...stream.descriptor };
  rememberTaken(descriptor, { reading, slot, rows, generations, points, span: { sinceMs, endMs, exemplarsSince } });
  return toMetricData(stream, descriptor, AggregationTemporality.DELTA, points);
}

/** A series that ended with something left to take, and began again since: for a delta it is one, and has one point. */
function joinSuccessors(stream: Stream, slot: number): void {
  const { aggregation, index } = stream;
  for (let row = 0; row < stream.rowCount; row += 1) {
    if (!stream.isLeaving(row) || !aggregation.isPending(row, slot)) continue;
    const successor = index.find(Object.entries(stream.attributesOf(row)));
    if (successor === NO_ROW || !stream.isLive(successor)) continue;
    stream.hand(row, successor, slot);
    stream.release(row);
  }
}

function pointOf(
  stream: Stream,
  row: number,
  startTime: HrTime,
  endTime: HrTime,
  value: unknown,
  exemplars: Exemplar[] | undefined,
): DataPointWithExemplars<unknown> {
  const attributes = stream.copyOfAttributes(row);
  return exemplars === undefined
    ? { attributes, startTime, endTime, value }
    : { attributes, startTime, endTime, value, exemplars };
}

function toMetricData(
  stream: Stream,
  descriptor: InstrumentDescriptor,
  aggregationTemporality: AggregationTemporality,
  dataPoints: DataPointWithExemplars<unknown>[],
): MetricData | undefined {
  if (dataPoints.length === 0) return undefined;
  const { dataPointType, isMonotonic } = stream.aggregation;
  const data = { descriptor, aggregationTemporality, dataPointType, dataPoints };
  // Which point goes with which type is the aggregation's promise.
  return (dataPointType === DataPointType.SUM ? { ...data, isMonotonic } : data) as MetricData;
}
