import { readFields, type FieldValue } from '../otlp/protobuf/read-fields.ts';

/** The one of `google.rpc.Status.details` that the specification of OTLP asks to look for. */
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** The fields of the messages on the way: Status.details, Any.type_url and .value, RetryInfo.retry_delay, Duration.seconds and .nanos. */
const [DETAILS, TYPE_URL, VALUE, RETRY_DELAY, SECONDS, NANOS] = [3, 1, 2, 1, 1, 2];

/**
 * How long a collector that answers by gRPC wants to be left alone, in milliseconds.
 *
 * @param header `grpc-status-details-bin`, in base64
 * @returns `undefined` if it does not say so, or nothing that can be read
 */
export function retryDelayMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    for (const [field, detail] of readFields(Buffer.from(header, 'base64'))) {
      if (field !== DETAILS || typeof detail === 'number') continue;
      const any = new Map(readFields(detail));
      const [type, value] = [any.get(TYPE_URL), any.get(VALUE)];
      if (!Buffer.isBuffer(type) || !Buffer.isBuffer(value) || type.toString() !== RETRY_INFO) continue;
      const delay = new Map(readFields(value)).get(RETRY_DELAY);
      if (!Buffer.isBuffer(delay)) return undefined;
      const duration = new Map(readFields(delay));
      return numberIn(duration.get(SECONDS)) * 1000 + numberIn(duration.get(NANOS)) / 1e6;
    }
  } catch {
    // Not what it should be: as good as not said.
  }
  return undefined;
}

function numberIn(value: FieldValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
