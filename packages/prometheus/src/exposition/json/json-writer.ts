import { DataPointType, type SeriesMetric } from '@flowmeter/engine';
import { appendBytes, toBytes, type Bytes, type EncodedLabels } from '../../labels/encoded-labels.ts';
import type { Family } from '../family.ts';
import type { Output } from '../output.ts';
import type { SeriesWriter } from '../series-writer.ts';
import { NUMBER_BYTES } from '../write-number.ts';
import { toHistogramSummary, type HistogramSummary } from './histogram-summary.ts';
import { writeJsonNumber } from './json-number.ts';

/**
 * Writes an array of objects, one for each series, each in a line of its own:
 *
 *     {"name":"requests","type":"counter","help":"Requests","labels":{"route":"/"},"value":7}
 *     {"name":"wait_seconds","type":"histogram","help":"","unit":"seconds","labels":{},
 *      "count":2,"sum":3,"min":1,"max":2,"avg":1.5,"buckets":[{"le":1,"count":1},{"le":"+Inf","count":2}]}
 *
 * The counts of buckets are cumulative. What is not known, such as the smallest of no values, is `null`. Numbers that JSON
 * does not have are text, as Prometheus spells them: `"NaN"`, `"+Inf"`, `"-Inf"`. An exponential histogram also has `scale`
 * and `zero_count`.
 */
export class JsonWriter implements SeriesWriter {
  readonly #output: Output;
  #family: Bytes = toBytes('');
  #identity: object = {};
  #isFirst = true;

  constructor(output: Output) {
    this.#output = output;
  }

  begin({ sample, type, help, unit, identity }: Family): void {
    this.#identity = identity;
    const family = JSON.stringify({ name: sample, type, help, unit });
    this.#family = toBytes(`${family.slice(0, -1)},"labels":`);
  }

  write(metric: SeriesMetric, row: number, labels: EncodedLabels): void {
    const output = this.#output;
    output.reserve(this.#family.length + labels.length + FEW_BYTES);
    this.#append(this.#isFirst ? FIRST : NEXT);
    this.#isFirst = false;
    appendBytes(output, this.#family);
    appendBytes(output, labels);
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM:
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        this.#writeHistogram(toHistogramSummary(metric, row, this.#identity));
        break;
      default:
        this.#member(VALUE, metric.valueOf(row));
    }
    this.#append(END);
  }

  end(): void {
    // Every object is complete in itself.
  }

  finish(): void {
    this.#output.text(this.#isFirst ? '[]\n' : '\n]\n');
  }

  #writeHistogram({ count, sum, min, max, exponential, bounds, counts }: HistogramSummary): void {
    this.#output.reserve(FEW_BYTES + (bounds.length + 1) * BUCKET_BYTES);
    this.#member(COUNT, count);
    this.#member(SUM, sum);
    this.#member(MIN, min);
    this.#member(MAX, max);
    this.#member(AVG, sum === undefined || count === 0 ? undefined : sum / count);
    if (exponential !== undefined) {
      this.#member(SCALE, exponential.scale);
      this.#member(ZERO_COUNT, exponential.zeroCount);
    }
    for (let bucket = 0; bucket <= bounds.length; bucket += 1) {
      this.#member(bucket === 0 ? FIRST_BUCKET : NEXT_BUCKET, bounds[bucket] ?? Infinity);
      this.#member(COUNT, counts[bucket] ?? count);
    }
    this.#append(END_BUCKETS);
  }

  /** What comes before the value, and the value. */
  #member(name: Bytes, value: number | undefined): void {
    this.#append(name);
    writeJsonNumber(this.#output, value);
  }

  #append(bytes: Bytes): void {
    appendBytes(this.#output, bytes);
  }
}

const FIRST = toBytes('[\n');
const NEXT = toBytes(',\n');
const END = toBytes('}');
const VALUE = toBytes(',"value":');
const COUNT = toBytes(',"count":');
const SUM = toBytes(',"sum":');
const MIN = toBytes(',"min":');
const MAX = toBytes(',"max":');
const AVG = toBytes(',"avg":');
const SCALE = toBytes(',"scale":');
const ZERO_COUNT = toBytes(',"zero_count":');
const FIRST_BUCKET = toBytes(',"buckets":[{"le":');
const NEXT_BUCKET = toBytes('},{"le":');
const END_BUCKETS = toBytes('}]');

/** Enough for all members of an object but its buckets, and for what is around them. */
const FEW_BYTES = 8 * (16 + NUMBER_BYTES);

/** Enough for a bucket. */
const BUCKET_BYTES = 2 * (16 + NUMBER_BYTES);
