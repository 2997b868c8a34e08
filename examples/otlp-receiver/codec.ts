/**
 * Reads and answers OTLP in either encoding, with OpenTelemetry's published definitions.
 *
 * Those are the .proto files inside @platformatic/promotel; its `exports` names only its entry point, so they are found
 * from there.
 */
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Exemplar, MetricsData } from './otlp-data.ts';

/** The two encodings of OTLP over HTTP. */
export type Encoding = 'protobuf' | 'json';

const definitions = new URL('../proto/', import.meta.resolve('@platformatic/promotel'));

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => fileURLToPath(new URL(target, definitions));
root.loadSync('opentelemetry/proto/collector/metrics/v1/metrics_service.proto');

const ExportRequest = root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest');
const ExportResponse = root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse');
const Status = new protobuf.Type('Status')
  .add(new protobuf.Field('code', 1, 'int32'))
  .add(new protobuf.Field('message', 2, 'string'));

/** Which encoding a Content-Type header announces, if any of the two. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'application/x-protobuf') return 'protobuf';
  if (mediaType === 'application/json') return 'json';
  return undefined;
}

/** The Content-Type header of an encoding. */
export function contentTypeOf(encoding: Encoding): string {
  return encoding === 'json' ? 'application/json' : 'application/x-protobuf';
}

/**
 * Decodes the body of an export request; throws when it is not one.
 *
 * @param defaults whether fields that are left out, because they have their default value, have it here
 */
export function decodeRequest(body: Uint8Array, encoding: Encoding, defaults = false): MetricsData {
  const message = encoding === 'json' ? fromJson(body) : ExportRequest.decode(body);
  // Strings keep what a double cannot: a time in nanoseconds has more than 53 bits.
  const data: MetricsData = ExportRequest.toObject(message, { longs: String, enums: Number, bytes: String, defaults });
  // In JSON the identifiers of traces and spans are not in base64, as all other bytes are.
  if (encoding === 'protobuf') for (const exemplar of exemplarsIn(data)) writeIdsInHex(exemplar);
  return data;
}

/** The body of the answer to a request that was taken whole. */
export function encodeSuccess(encoding: Encoding): Uint8Array {
  return encoding === 'json' ? Buffer.from('{}') : ExportResponse.encode({}).finish();
}

/** The body of the answer to a request that failed: a google.rpc.Status, as OTLP asks. */
export function encodeFailure(encoding: Encoding, message: string): Uint8Array {
  return encoding === 'json' ? Buffer.from(JSON.stringify({ message })) : Status.encode({ message }).finish();
}

function fromJson(body: Uint8Array): protobuf.Message {
  const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError('an export request is a JSON object');
  }
  return ExportRequest.fromObject(value);
}

function exemplarsIn({ resourceMetrics = [] }: MetricsData): Exemplar[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap((scope) => scope.metrics ?? []),
  );
  return metrics.flatMap(({ sum, gauge, histogram, exponentialHistogram }) => {
    const { dataPoints = [] } = sum ?? gauge ?? histogram ?? exponentialHistogram ?? {};
    return dataPoints.flatMap(({ exemplars = [] }) => exemplars);
  });
}

function writeIdsInHex(exemplar: Exemplar): void {
  if (exemplar.traceId !== undefined) exemplar.traceId = Buffer.from(exemplar.traceId, 'base64').toString('hex');
  if (exemplar.spanId !== undefined) exemplar.spanId = Buffer.from(exemplar.spanId, 'base64').toString('hex');
}
