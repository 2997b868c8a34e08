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
    for (const [field, detail] of fieldsIn(Buffer.from(header, 'base64'))) {
      if (field !== DETAILS || typeof detail === 'number') continue;
      const any = new Map(fieldsIn(detail));
      const [type, value] = [any.get(TYPE_URL), any.get(VALUE)];
      if (!Buffer.isBuffer(type) || !Buffer.isBuffer(value) || type.toString() !== RETRY_INFO) continue;
      const delay = new Map(fieldsIn(value)).get(RETRY_DELAY);
      if (!Buffer.isBuffer(delay)) return undefined;
      const duration = new Map(fieldsIn(delay));
      return numberIn(duration.get(SECONDS)) * 1000 + numberIn(duration.get(NANOS)) / 1e6;
    }
  } catch {
    // Not what it should be: as good as not said.
  }
  return undefined;
}

function numberIn(value: number | Buffer | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** The fields of a message that has only varints, strings and messages. */
function* fieldsIn(message: Buffer): Generator<[field: number, value: number | Buffer], void> {
  let at = 0;
  const varint = (): number => {
    let [value, unit] = [0, 1];
    for (;;) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType !== 0 && wireType !== 2) throw new RangeError(`wire type ${wireType} is not expected here`);
    const number = varint();
    if (wireType === 2) at += number;
    yield [Math.floor(tag / 8), wireType === 0 ? number : message.subarray(at - number, at)];
  }
}
