import type { DataPoint, MetricDescriptor, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { NO_ROW } from './attribute-node.ts';
import { kindOf } from './instrument-kind.ts';
import type { DeltaSpan, StreamReading } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** What one delta collection took of one stream. */
interface Taken {
  readonly reading: StreamReading;
  readonly slot: number;
  /** The rows of the points, by their position. */
  readonly rows: number[];
  /** Their series among those that have had the same rows. */
  readonly generations: readonly number[];
  readonly points: readonly DataPoint<unknown>[];
  readonly span: DeltaSpan;
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
 *
 * @param delivered those of the points that were delivered all the same
 */
export function returnUndelivered(
  metrics: ResourceMetrics,
  delivered: ReadonlySet<DataPoint<unknown>> = NO_POINTS,
): void {
  for (const { metrics: ofScope } of metrics.scopeMetrics) {
    for (const { descriptor, dataPoints } of ofScope) {
      const what = taken.get(descriptor);
      if (what !== undefined) giveBack(what, dataPoints, delivered);
    }
  }
}

/** Whether these metrics, or this batch of them, were given back: they come again, and must not be delivered as well. */
export function wasGivenBack(metrics: ResourceMetrics): boolean {
  return metrics.scopeMetrics.some((scope) =>
    scope.metrics.some(({ descriptor, dataPoints: [first] }) => {
      const what = taken.get(descriptor);
      return what !== undefined && first !== undefined && what.rows[what.points.indexOf(first)] === NO_ROW;
    }),
  );
}

const NO_POINTS: ReadonlySet<DataPoint<unknown>> = new Set();

function giveBack(
  what: Taken,
  points: readonly DataPoint<unknown>[],
  delivered: ReadonlySet<DataPoint<unknown>>,
): void {
  const { reading, slot, rows, generations } = what;
  const positions = new Map(what.points.map((point, position) => [point, position]));
  let hasReturned = false;
  for (const point of points) {
    const position = delivered.has(point) ? undefined : positions.get(point);
    if (position === undefined) continue;
    const row = rows[position] ?? NO_ROW;
    if (row === NO_ROW) continue;
    rows[position] = NO_ROW;
    hasReturned = true;
    returnTo(reading.stream, row, generations[position], slot, point);
  }
  // What was delivered in part covers its span: the next delta must not cover it again.
  if (hasReturned && rows.every((row) => row === NO_ROW)) reachBack(what);
}

/** Returns a point to the series that it came from, or where that has ended, to what takes its place. */
function returnTo(
  stream: Stream,
  row: number,
  generation: number | undefined,
  slot: number,
  { attributes, value }: DataPoint<unknown>,
): void {
  if (!stream.isFree(row) && stream.generationOf(row) === generation) {
    stream.aggregation.returnDelta(row, slot, value);
    return;
  }
  // What is observed comes again with the next observation, if there is one.
  if (kindOf(stream.descriptor.type).isObservable) return;
  const successor = stream.index.find(Object.entries(attributes));
  if (successor !== NO_ROW && stream.isLive(successor)) stream.aggregation.returnDelta(successor, slot, value);
  else stream.reopen(attributes, slot, value);
}

/** Has the next delta begin where what was given back began, if that is where it adjoins. */
function reachBack({ reading, span }: Taken): void {
  reading.returned = [...reading.returned, span];
  for (;;) {
    const adjoining = reading.returned.find(({ sinceMs, endMs }) => endMs === reading.sinceMs && sinceMs < endMs);
    if (adjoining === undefined) break;
    reading.sinceMs = adjoining.sinceMs;
  }
  reading.exemplarsSince = Math.min(reading.exemplarsSince, span.exemplarsSince);
}
