import { DataPointType } from '@flowmeter/engine';
import type { Resource } from '@opentelemetry/resources';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { GrowingBytes } from '../growing-bytes.ts';
import { isOfIntegers } from '../number-kind.ts';
import type { RequestWriter, Scope } from '../request-writer.ts';
import { temporalityCode } from '../temporality-code.ts';
import { jsonAttributes } from './attributes.ts';
import { jsonExponentialPoint, jsonHistogramPoint, jsonNumberPoint } from './points.ts';
import { jsonDouble, jsonList, jsonText } from './values.ts';

/** What ends the request, a scope and a metric. */
const ENDS = [']}]}', ']}', ']}}'] as const;
const LIST_BEGIN = 0x5b;

/** A request in JSON. */
export class JsonRequest implements RequestWriter {
  readonly #output: GrowingBytes;
  /** How many are open: the request, a scope in it, a metric in that. */
  #open = 1;
  /** The boundaries that were written last, and how: points of a metric have the same. */
  #boundaries: readonly number[] = [];
  #bounds = '[]';
  #markAt = 0;
  #markOpen = 1;

  /** @param expected how many bytes it will likely have */
  constructor({ attributes, schemaUrl }: Resource, expected: number) {
    this.#output = new GrowingBytes(expected);
    const resource = `{"attributes":${jsonAttributes(attributes)}}`;
    this.#write(`{"resourceMetrics":[{"resource":${resource}${field('schemaUrl', schemaUrl)},"scopeMetrics":[`);
  }

  get byteLength(): number {
    let bytes = this.#output.at;
    for (let level = 0; level < this.#open; level += 1) bytes += (ENDS[level] ?? '').length;
    return bytes;
  }

  openScope({ name, version, schemaUrl, attributes, droppedAttributesCount = 0 }: Scope): void {
    let scope = `"name":${jsonText(name)}${field('version', version)}`;
    if (attributes !== undefined) scope += `,"attributes":${jsonAttributes(attributes)}`;
    if (droppedAttributesCount > 0) scope += `,"droppedAttributesCount":${droppedAttributesCount}`;
    this.#begin(`{"scope":{${scope}}${field('schemaUrl', schemaUrl)},"metrics":[`);
  }

  closeScope(): void {
    this.#end();
  }

  openMetric(metric: MetricData): void {
    const { name, description, unit } = metric.descriptor;
    const named = `"name":${jsonText(name)}${field('description', description)}${field('unit', unit)}`;
    this.#begin(`{${named},"${dataName(metric)}":{${kindOf(metric)}"dataPoints":[`);
  }

  closeMetric(): void {
    this.#end();
  }

  writePoint(metric: MetricData, position: number): void {
    this.#write(`${this.#comma()}${this.#point(metric, position)}`);
  }

  mark(): void {
    this.#markAt = this.#output.at;
    this.#markOpen = this.#open;
  }

  rewind(): void {
    this.#output.at = this.#markAt;
    this.#open = this.#markOpen;
  }

  finish(): Uint8Array {
    while (this.#open > 0) this.#end();
    return this.#output.finish();
  }

  #point(metric: MetricData, position: number): string {
    const ofIntegers = isOfIntegers(metric);
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM: {
        const point = at(metric.dataPoints, position);
        return jsonHistogramPoint(point, this.#boundsOf(point.value.buckets.boundaries), ofIntegers);
      }
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return jsonExponentialPoint(at(metric.dataPoints, position), ofIntegers);
      default:
        return jsonNumberPoint(at(metric.dataPoints, position), ofIntegers);
    }
  }

  #boundsOf(boundaries: readonly number[]): string {
    if (boundaries !== this.#boundaries) {
      this.#boundaries = boundaries;
      this.#bounds = jsonList(boundaries, jsonDouble);
    }
    return this.#bounds;
  }

  #begin(json: string): void {
    this.#write(`${this.#comma()}${json}`);
    this.#open += 1;
  }

  #end(): void {
    this.#open -= 1;
    this.#write(ENDS[this.#open] ?? '');
  }

  /** Between two of a list. */
  #comma(): string {
    return this.#output.bytes[this.#output.at - 1] === LIST_BEGIN ? '' : ',';
  }

  #write(json: string): void {
    this.#output.text(json);
  }
}

function dataName({ dataPointType }: MetricData): string {
  switch (dataPointType) {
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return 'exponentialHistogram';
    default:
      return 'sum';
  }
}

/** What a kind of data has beside its points. */
function kindOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.GAUGE) return '';
  const temporality = `"aggregationTemporality":${temporalityCode(metric.aggregationTemporality)},`;
  return metric.dataPointType === DataPointType.SUM
    ? `${temporality}"isMonotonic":${metric.isMonotonic},`
    : temporality;
}

/** A field with a string, if there is any, behind another one. */
function field(name: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : `,"${name}":${jsonText(text)}`;
}

function at<Point>(points: readonly Point[], position: number): Point {
  // Positions are those of the part, which counts no others.
  return points[position] as Point;
}
