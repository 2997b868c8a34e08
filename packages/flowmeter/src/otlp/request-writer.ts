import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** The scope of metrics. The API's own have no attributes yet; what comes from elsewhere may. */
export type Scope = ScopeMetrics['scope'] & {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly droppedAttributesCount?: number;
};

/**
 * Writes one ExportMetricsServiceRequest (opentelemetry-proto, metrics_service.proto), point by point. The resource is in it from the
 * start; scopes and metrics are opened before what they hold, and closed after it.
 */
export interface RequestWriter {
  /** How many bytes it has if it is finished now: so many at most. */
  readonly byteLength: number;
  openScope(scope: Scope): void;
  closeScope(): void;
  openMetric(metric: MetricData): void;
  closeMetric(): void;
  /** @param position which of the metric's data points */
  writePoint(metric: MetricData, position: number): void;
  /** Keeps where it is, for {@link rewind}. */
  mark(): void;
  /** Goes back to where it was marked last: what has been written and opened since is not there. */
  rewind(): void;
  /** Closes whatever is open. Nothing can be written after. */
  finish(): Uint8Array;
}
