import protobuf from 'protobufjs';

/** What is written of prometheus/client_model, in a notation of its own: the fields by their numbers. */
const SCHEMA = `
  syntax = "proto2";
  enum MetricType { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; GAUGE_HISTOGRAM = 5; }
  message Timestamp { optional int64 seconds = 1; optional int32 nanos = 2; }
  message LabelPair { optional string name = 1; optional string value = 2; }
  message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Timestamp timestamp = 3; }
  message Gauge { optional double value = 1; }
  message Counter { optional double value = 1; optional Exemplar exemplar = 2; optional Timestamp createdTimestamp = 3; }
  message Bucket {
    optional uint64 cumulativeCount = 1; optional double upperBound = 2; optional Exemplar exemplar = 3;
  }
  message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
  message Histogram {
    optional uint64 sampleCount = 1; optional double sampleSum = 2; repeated Bucket bucket = 3;
    optional sint32 schema = 5; optional double zeroThreshold = 6; optional uint64 zeroCount = 7;
    repeated BucketSpan negativeSpan = 9; repeated sint64 negativeDelta = 10;
    repeated BucketSpan positiveSpan = 12; repeated sint64 positiveDelta = 13;
    optional Timestamp createdTimestamp = 15; repeated Exemplar exemplars = 16;
  }
  message Metric {
    repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Histogram histogram = 7;
  }
  message MetricFamily {
    optional string name = 1; optional string help = 2; optional MetricType type = 3; repeated Metric metric = 4;
    optional string unit = 5;
  }
`;

export interface TimestampMessage {
  readonly seconds: number;
  readonly nanos?: number;
}

export interface LabelMessage {
  readonly name: string;
  readonly value: string;
}

export interface ExemplarMessage {
  readonly label?: readonly LabelMessage[];
  readonly value: number;
  readonly timestamp: TimestampMessage;
}

export interface BucketMessage {
  readonly cumulativeCount: number;
  readonly upperBound: number;
  readonly exemplar?: ExemplarMessage;
}

export interface SpanMessage {
  readonly offset: number;
  readonly length: number;
}

export interface HistogramMessage {
  readonly sampleCount: number;
  readonly sampleSum?: number;
  readonly bucket?: readonly BucketMessage[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly negativeSpan?: readonly SpanMessage[];
  readonly negativeDelta?: readonly number[];
  readonly positiveSpan?: readonly SpanMessage[];
  readonly positiveDelta?: readonly number[];
  readonly createdTimestamp: TimestampMessage;
  readonly exemplars?: readonly ExemplarMessage[];
}

export interface CounterMessage {
  readonly value: number;
  readonly exemplar?: ExemplarMessage;
  readonly createdTimestamp: TimestampMessage;
}

export interface MetricMessage {
  readonly label?: readonly LabelMessage[];
  readonly gauge?: { readonly value: number };
  readonly counter?: CounterMessage;
  readonly histogram?: HistogramMessage;
}

export interface FamilyMessage {
  readonly name: string;
  readonly help?: string;
  readonly type: string;
  readonly unit?: string;
  readonly metric: readonly MetricMessage[];
}

const FAMILY = protobuf.parse(SCHEMA).root.lookupType('MetricFamily');

/** Reads a body: messages one after the other, each with its length before it. Missing fields are missing. */
export function decodeFamilies(body: Uint8Array): readonly FamilyMessage[] {
  const reader = protobuf.Reader.create(body);
  const families: FamilyMessage[] = [];
  while (reader.pos < reader.len) {
    const message = FAMILY.decodeDelimited(reader);
    families.push(FAMILY.toObject(message, { enums: String, longs: Number }) as unknown as FamilyMessage);
  }
  return families;
}
