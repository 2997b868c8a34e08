import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { JSON_SIZES, PROTOBUF_SIZES } from './encoded-size.ts';
import { partsOf, type RequestPart } from './request-part.ts';
import type { RequestLimit } from './request-limit.ts';

/** OpenTelemetry's own encoding, whichever of its two builds is loaded. */
type Transformer = Pick<
  typeof import('@opentelemetry/otlp-transformer'),
  'JsonMetricsSerializer' | 'ProtobufMetricsSerializer'
>;

/** A part that fits into a request; `body` is not compressed yet. */
export interface EncodedPart {
  readonly part: RequestPart;
  readonly body: Uint8Array;
}

/** Encodes pushes for a protocol, in parts that are no larger than requests may be. */
export class OtlpEncoder {
  readonly serializer: Transformer['ProtobufMetricsSerializer'];
  readonly #isJson: boolean;
  readonly #limit: RequestLimit;

  constructor(protocol: OtlpProtocol, limit: RequestLimit, transformer: Transformer) {
    this.#isJson = protocol === 'http/json';
    this.serializer = this.#isJson ? transformer.JsonMetricsSerializer : transformer.ProtobufMetricsSerializer;
    this.#limit = limit;
  }

  /** About as large as requests may be, at the moment that each is asked for. */
  partsOf(metrics: ResourceMetrics): Generator<RequestPart, void> {
    const resourceBytes = this.#encode({ resource: metrics.resource, scopeMetrics: [] }).byteLength;
    return partsOf(metrics, this.#isJson ? JSON_SIZES : PROTOBUF_SIZES, () => this.#limit.bytes - resourceBytes);
  }

  /** A part as a request, or where it turns out too large, as several. A single data point has one, however large. */
  *encode(part: RequestPart): Generator<EncodedPart, void> {
    const body = this.#encode(part.metrics);
    if (part.points <= 1 || body.byteLength <= this.#limit.bytes) yield { part, body };
    else for (const half of part.halves()) yield* this.encode(half);
  }

  #encode(metrics: ResourceMetrics): Uint8Array {
    const message = this.serializer.serializeRequest(metrics);
    if (message === undefined) throw new Error('the metrics cannot be encoded');
    return message;
  }
}
