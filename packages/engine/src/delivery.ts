import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from './sdk-enumerations.ts';
import type { DataPoint, IMetricReader, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { returnUndelivered, wasGivenBack } from './undelivered.ts';

/** sdk-metrics' periodic reader tells nobody what became of an export, but its exporter is within reach. */
interface ReaderWithExporter {
  _exporter?: Partial<PushMetricExporter>;
}

/**
 * Follows what a reader does with what it has collected, so that what its exporter could not deliver is given back: where
 * an export fails, at once; where it has not answered, or was never made because one before it took too long, when the
 * reader collects again. With a reader that has no exporter this does nothing, and whoever exports can call
 * {@link returnUndelivered} itself.
 */
export class Deliveries {
  /** What was collected last, from when an export of it has begun until all is known to be delivered. */
  #exporting: ResourceMetrics | undefined;
  #collected: ResourceMetrics | undefined;
  #isFollowing = false;
  readonly #delivered = new Set<DataPoint<unknown>>();

  constructor(reader: IMetricReader) {
    const holder = reader as unknown as ReaderWithExporter;
    const exporter = holder._exporter;
    if (exporter === undefined || typeof exporter.export !== 'function') return;
    this.#isFollowing = true;
    const follow = (metrics: ResourceMetrics, done: (result: ExportResult) => void): void =>
      this.#export(exporter as PushMetricExporter, metrics, done);
    holder._exporter = new Proxy(exporter, {
      get(target, property) {
        if (property === 'export') return follow;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** The reader collects again, and so has given up what it has not delivered. */
  giveUp(): void {
    if (this.#exporting !== undefined) returnUndelivered(this.#exporting, this.#delivered);
    this.#exporting = undefined;
    this.#delivered.clear();
  }

  /**
   * Nothing is waited for any more, as where the process ends: what the reader has collected and not begun to export, because it waits
   * for attributes of the resource, is given up as well. If it is exported yet, it is not passed on.
   */
  giveUpAll(): void {
    this.giveUp();
    if (this.#collected !== undefined) returnUndelivered(this.#collected);
    this.#collected = undefined;
  }

  /** The reader has collected. Readers that export nothing of it keep it for themselves. */
  collect(metrics: ResourceMetrics): void {
    if (this.#isFollowing) this.#collected = metrics;
  }

  #export(exporter: PushMetricExporter, metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    if (wasGivenBack(metrics)) return done({ code: ExportResultCode.SUCCESS });
    this.#exporting = this.#collected ?? this.#exporting;
    this.#collected = undefined;
    try {
      exporter.export(metrics, (result) => {
        if (result.code === ExportResultCode.SUCCESS) this.#confirm(metrics);
        else returnUndelivered(metrics);
        done(result);
      });
    } catch (error) {
      returnUndelivered(metrics);
      throw error;
    }
  }

  #confirm(metrics: ResourceMetrics): void {
    // A reader makes an envelope of its own for what it was given, and that is whole unless it is split.
    if (this.#exporting?.scopeMetrics.every((scope) => metrics.scopeMetrics.includes(scope)) === true) {
      this.#exporting = undefined;
      return;
    }
    for (const { metrics: ofScope } of metrics.scopeMetrics) {
      for (const { dataPoints } of ofScope) for (const point of dataPoints) this.#delivered.add(point);
    }
  }
}
