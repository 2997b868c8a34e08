import { DataPointType } from '@flowmeter/engine';
import type { Resource } from '@opentelemetry/resources';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { GrowingBytes } from '../growing-bytes.ts';
import { isOfIntegers } from '../number-kind.ts';
import type { RequestWriter, Scope } from '../request-writer.ts';
import { temporalityCode } from '../temporality-code.ts';
import { writeAttributes } from './attributes.ts';
import { writeExponentialPoint, writeHistogramPoint, writeNumberPoint } from './points.ts';
import { DATA, METRIC, REQUEST, RESOURCE, RESOURCE_METRICS, SCOPE, SCOPE_METRICS } from './schema.ts';
import { closeMessage, MOST_LENGTH_BYTES, openMessage, writeTextField, writeVarintField, type Tag } from './wire.ts';

/** A request in protobuf. */
export class ProtobufRequest implements RequestWriter {
  readonly #output: GrowingBytes;
  /** Where the messages begin that are open: of the resource, the scope, the metric, and its data. */
  readonly #open: number[] = [];
  #markAt = 0;
  #markOpen = 0;
  /** How long the last data point was: the next one is likely as long. */
  #pointBytes = 0;

  /** @param expected how many bytes it will likely have */
  constructor({ attributes, schemaUrl }: Resource, expected: number) {
    const output = (this.#output = new GrowingBytes(expected));
    this.#begin(REQUEST.resourceMetrics);
    const start = openMessage(output, RESOURCE_METRICS.resource);
    writeAttributes(output, RESOURCE.attributes, attributes);
    closeMessage(output, start);
    this.#writeText(RESOURCE_METRICS.schemaUrl, schemaUrl);
  }

  get byteLength(): number {
    return this.#output.at + this.#open.length * (MOST_LENGTH_BYTES - 1);
  }

  openScope({ name, version, schemaUrl, attributes, droppedAttributesCount = 0 }: Scope): void {
    const output = this.#output;
    this.#begin(RESOURCE_METRICS.scopeMetrics);
    const start = openMessage(output, SCOPE_METRICS.scope);
    this.#writeText(SCOPE.name, name);
    this.#writeText(SCOPE.version, version);
    if (attributes !== undefined) writeAttributes(output, SCOPE.attributes, attributes);
    if (droppedAttributesCount > 0) writeVarintField(output, SCOPE.droppedAttributesCount, droppedAttributesCount);
    closeMessage(output, start);
    this.#writeText(SCOPE_METRICS.schemaUrl, schemaUrl);
  }

  closeScope(): void {
    this.#end();
  }

  openMetric(metric: MetricData): void {
    const { name, description, unit } = metric.descriptor;
    this.#begin(SCOPE_METRICS.metrics);
    this.#writeText(METRIC.name, name);
    this.#writeText(METRIC.description, description);
    this.#writeText(METRIC.unit, unit);
    this.#begin(dataTag(metric));
    if (metric.dataPointType === DataPointType.GAUGE) return;
    writeVarintField(this.#output, DATA.aggregationTemporality, temporalityCode(metric.aggregationTemporality));
    if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) {
      writeVarintField(this.#output, DATA.isMonotonic, 1);
    }
  }

  closeMetric(): void {
    this.#end();
    this.#end();
  }

  writePoint(metric: MetricData, position: number): void {
    const expected = this.#pointBytes;
    const start = openMessage(this.#output, DATA.dataPoints, expected);
    this.#writeFields(metric, position);
    this.#pointBytes = closeMessage(this.#output, start, expected);
  }

  mark(): void {
    this.#markAt = this.#output.at;
    this.#markOpen = this.#open.length;
  }

  rewind(): void {
    this.#output.at = this.#markAt;
    this.#open.length = this.#markOpen;
  }

  finish(): Uint8Array {
    while (this.#open.length > 0) this.#end();
    return this.#output.finish();
  }

  #writeFields(metric: MetricData, position: number): void {
    const ofIntegers = isOfIntegers(metric);
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM:
        return writeHistogramPoint(this.#output, at(metric.dataPoints, position), ofIntegers);
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return writeExponentialPoint(this.#output, at(metric.dataPoints, position), ofIntegers);
      default:
        return writeNumberPoint(this.#output, at(metric.dataPoints, position), ofIntegers);
    }
  }

  #begin(tag: Tag): void {
    this.#open.push(openMessage(this.#output, tag));
  }

  #end(): void {
    const start = this.#open.pop();
    if (start !== undefined) closeMessage(this.#output, start);
  }

  #writeText(tag: Tag, text: string | undefined): void {
    if (text !== undefined && text !== '') writeTextField(this.#output, tag, text);
  }
}

function dataTag({ dataPointType }: MetricData): Tag {
  switch (dataPointType) {
    case DataPointType.GAUGE:
      return METRIC.gauge;
    case DataPointType.HISTOGRAM:
      return METRIC.histogram;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return METRIC.exponentialHistogram;
    default:
      return METRIC.sum;
  }
}

function at<Point>(points: readonly Point[], position: number): Point {
  // Positions are those of the part, which counts no others.
  return points[position] as Point;
}
