import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** How an export has ended. */
export interface EndedExport {
  readonly seconds: number;
  /** All that was handed to the exporter. */
  readonly points: number;
  /** What of them was not taken, by the `error.type` of why. */
  readonly failed: ReadonlyMap<string, number>;
  /** Why it has failed, in whole or in part, and for the last time; `undefined` if all was taken. */
  readonly errorType: string | undefined;
  /** That of the last answer, in HTTP or gRPC; `undefined` if the last request had none. */
  readonly status: number | undefined;
}

/**
 * One export, from when points are handed to the exporter until nothing more is tried with them, however many requests that takes
 * (semantic conventions for OpenTelemetry SDK metrics). Each point is counted once, as taken or as failed.
 */
export class ExportOperation {
  readonly points: number;
  readonly #onEnd: (ended: EndedExport) => void;
  readonly #beganMs = performance.now();
  readonly #failed = new Map<string, number>();
  #left: number;
  #errorType: string | undefined;
  #status: number | undefined;
  #hasEnded = false;

  /** @param onEnd called once */
  constructor(metrics: ResourceMetrics, onEnd: (ended: EndedExport) => void) {
    this.points = pointsOf(metrics);
    this.#left = this.points;
    this.#onEnd = onEnd;
  }

  /** A request has ended: with an answer of this status, or `undefined`, without one. */
  answered(status: number | undefined): void {
    this.#status = status;
  }

  /** So many of the points are not taken, whatever becomes of the others. */
  fail(points: number, errorType: string): void {
    // In JSON a collector says it as a text, as 64 bits are there, or says anything.
    const failed = Math.min(points, this.#left);
    if (!(failed > 0)) return;
    this.#left -= failed;
    this.#failed.set(errorType, (this.#failed.get(errorType) ?? 0) + failed);
    this.#errorType = errorType;
  }

  /**
   * Nothing more is tried. What is left of the points was taken, or with an error type has failed. A second call does nothing, and
   * neither does anything else after this.
   */
  end(errorType?: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (errorType !== undefined) {
      this.fail(this.#left, errorType);
      this.#errorType = errorType;
    }
    this.#onEnd({
      seconds: (performance.now() - this.#beganMs) / 1000,
      points: this.points,
      failed: this.#failed,
      errorType: this.#errorType,
      status: this.#status,
    });
  }
}

function pointsOf({ scopeMetrics }: ResourceMetrics): number {
  let points = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) points += dataPoints.length;
  return points;
}
