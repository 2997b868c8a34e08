import type { DataPoint, MetricDescriptor, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { NO_ROW } from './attribute-node.ts';
import type { StreamReading } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** What one delta collection took of one stream. */
interface Taken {
  readonly reading: StreamReading;
  readonly slot: number;
  /** The rows of the points, by their position. */
  readonly rows: number[];
  readonly points: readonly DataPoint<unknown>[];
  readonly sinceMs: number;
  readonly endMs: number;
}

/** By the descriptor of the metric data, which they keep even where a reader splits them into batches. */
const taken = new WeakMap<MetricDescriptor, Taken>();

/** Remembers what a delta collection took, for as long as someone keeps its metric data. */
export function rememberTaken(descriptor: MetricDescriptor, what: Taken): void {
  taken.set(descriptor, what);
}

/**
 * Gives back what could not be delivered: the points with delta temporality of these metrics, which a `MeterProvider` of this
 * engine has collected, or a batch of them. They are part of the next delta that the same reader collects. Whoever
 * exports calls it when an export has failed for good; points with cumulative temporality need no giving back, nor do
 * those of another provider. A second call for the same points does nothing.
 */
export function returnUndelivered(metrics: ResourceMetrics): void {
  for (const { metrics: ofScope } of metrics.scopeMetrics) {
    for (const { descriptor, dataPoints } of ofScope) {
      const what = taken.get(descriptor);
      if (what !== undefined) giveBack(what, dataPoints);
    }
  }
}

function giveBack(what: Taken, points: readonly DataPoint<unknown>[]): void {
  const { reading, slot, rows, sinceMs, endMs } = what;
  const positions = new Map(what.points.map((point, position) => [point, position]));
  for (const point of points) {
    const position = positions.get(point);
    const row = position === undefined ? undefined : rows[position];
    if (position === undefined || row === undefined || row === NO_ROW) continue;
    rows[position] = NO_ROW;
    reading.stream.aggregation.returnDelta(rowFor(reading.stream, row, point), slot, point.value);
  }
  // Unless a later collection has gone on from there.
  if (reading.sinceMs === endMs) reading.sinceMs = sinceMs;
}

/** The row that a point came from, or where its series has ended, the one that takes its place. */
function rowFor(stream: Stream, row: number, { attributes }: DataPoint<unknown>): number {
  if (!stream.isFree(row) && stream.attributesOf(row) === attributes) return row;
  const successor = stream.index.find(Object.entries(attributes));
  return successor !== NO_ROW && stream.isLive(successor) ? successor : stream.reopen(attributes);
}
