/** What the collector's file exporter has written: the pushes as they came, with all that stores leave out. */
import { readFile } from 'node:fs/promises';

/** A data point with everything that is told of its metric. */
export interface ReceivedPoint {
  /** Whether it is of a counter or histogram. What goes up and down has no deltas, even where they are asked for. */
  readonly isOnlyGrowing: boolean;
  /** Not there for gauges. */
  readonly temporality: 'cumulative' | 'delta' | undefined;
  /** In epoch milliseconds; 0 where it is unknown. */
  readonly startMs: number;
  /** The rest of it, but for its time and that of exemplars. */
  readonly what: unknown;
}

/** The first point of each series of a service that `file` has, by name and attributes. */
export async function receivedFrom(
  service: string,
  file: string,
  isAskedFor: (name: string) => boolean,
): Promise<ReadonlyMap<string, ReceivedPoint>> {
  const points = new Map<string, ReceivedPoint>();
  // The last line may not be whole yet.
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  for (const { resourceMetrics } of lines.map((line) => JSON.parse(line) as OtlpMetrics)) {
    for (const { resource, scopeMetrics } of resourceMetrics) {
      if (!resource.attributes.some(({ key, value }) => key === 'service.name' && value.stringValue === service))
        continue;
      for (const { metrics, scope = {} } of scopeMetrics) {
        for (const metric of metrics.filter(({ name }) => isAskedFor(name))) addPoints(points, metric, scope);
      }
    }
  }
  return points;
}

function addPoints(points: Map<string, ReceivedPoint>, metric: OtlpMetric, scope: object): void {
  const { name, description, unit } = metric;
  for (const type of TYPES) {
    const data: Partial<OtlpData> = metric[type] ?? {};
    const { dataPoints = [], aggregationTemporality, ...ofData } = data;
    for (const { startTimeUnixNano, timeUnixNano: _, attributes = [], exemplars = [], ...point } of dataPoints) {
      const labels = attributes.map(({ key: label, value }) => JSON.stringify([label, value.stringValue]));
      const key = JSON.stringify([name, ...labels.toSorted((a, b) => (a < b ? -1 : 1))]);
      if (points.has(key)) continue;
      points.set(key, {
        isOnlyGrowing: type === 'histogram' || ofData.isMonotonic === true,
        temporality: aggregationTemporality === undefined ? undefined : TEMPORALITIES[aggregationTemporality],
        startMs: Math.round(Number(startTimeUnixNano ?? 0) / 1e6),
        what: { description, unit, scope, type, ...ofData, ...point, exemplars: exemplars.map(withoutTime) },
      });
    }
  }
}

function withoutTime(exemplar: object): object {
  return { ...exemplar, timeUnixNano: undefined };
}

const TYPES = ['gauge', 'sum', 'histogram'] as const;

const TEMPORALITIES = { 1: 'delta', 2: 'cumulative' } as const;

/** OTLP in JSON, as far as this needs to know it. */
interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeMetrics: readonly { readonly scope?: object; readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

type OtlpMetric = { readonly name: string; readonly description?: string; readonly unit?: string } & Readonly<
  Partial<Record<(typeof TYPES)[number], OtlpData>>
>;

interface OtlpData {
  readonly aggregationTemporality?: 1 | 2;
  readonly isMonotonic?: boolean;
  readonly dataPoints: readonly {
    readonly startTimeUnixNano?: string;
    readonly timeUnixNano: string;
    readonly attributes?: readonly OtlpAttribute[];
    readonly exemplars?: readonly object[];
  }[];
}
