import { readFields } from './protobuf/read-fields.ts';

/** What a collector says of a request that it has taken (specification, OTLP, "Partial Success"). */
export interface PartialSuccess {
  /** How many data points it has thrown away. Whatever it says: it may be more than there were, or less than none. */
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** The fields on the way: ExportMetricsServiceResponse.partial_success, and those of ExportMetricsPartialSuccess. */
const [PARTIAL_SUCCESS, REJECTED_DATA_POINTS, ERROR_MESSAGE] = [1, 1, 2];

/**
 * Reads an ExportMetricsServiceResponse in protobuf.
 *
 * @throws RangeError if it is none
 */
export function fromProtobuf(response: Uint8Array): PartialSuccess {
  let [rejectedDataPoints, errorMessage] = [0, ''];
  for (const [field, partialSuccess] of readFields(asBuffer(response))) {
    if (field !== PARTIAL_SUCCESS || typeof partialSuccess === 'number') continue;
    for (const [within, value] of readFields(partialSuccess)) {
      if (within === REJECTED_DATA_POINTS && typeof value === 'number') rejectedDataPoints = signed(value);
      if (within === ERROR_MESSAGE && typeof value !== 'number') errorMessage = value.toString();
    }
  }
  return { rejectedDataPoints, errorMessage };
}

/**
 * Reads an ExportMetricsServiceResponse in JSON.
 *
 * @throws SyntaxError if it is not JSON
 */
export function fromJson(response: Uint8Array): PartialSuccess {
  const { partialSuccess } = (JSON.parse(asBuffer(response).toString()) ?? {}) as JsonResponse;
  const { rejectedDataPoints, errorMessage } = partialSuccess ?? {};
  return {
    rejectedDataPoints: isNumeric(rejectedDataPoints) ? Math.trunc(Number(rejectedDataPoints)) || 0 : 0,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

/** What is looked for; there may be anything. */
interface JsonResponse {
  readonly partialSuccess?: { readonly rejectedDataPoints?: unknown; readonly errorMessage?: unknown } | null;
}

/** ProtoJSON's int64 is text, and a number is taken as well. */
function isNumeric(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** The int64 that a varint of 64 bits stands for. */
function signed(varint: number): number {
  return varint >= 2 ** 63 ? varint - 2 ** 64 : varint;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
