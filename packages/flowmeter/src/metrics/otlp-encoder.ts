import type { OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { JsonRequest } from '../otlp/json/json-request.ts';
import { ProtobufRequest } from '../otlp/protobuf/protobuf-request.ts';
import type { RequestWriter, Scope } from '../otlp/request-writer.ts';
import type { RequestLimit } from './request-limit.ts';
import type { RequestPart } from './request-part.ts';

/** A part that fits into a request; `body` is not compressed yet. */
export interface EncodedPart {
  readonly part: RequestPart;
  readonly body: Uint8Array;
}

/** Most applications push less. */
const FIRST_BYTES = 16_384;

/** Encodes pushes for a protocol, in parts that are no larger than requests may be. */
export class OtlpEncoder {
  readonly #isJson: boolean;
  readonly #limit: RequestLimit;
  #expectedBytes = FIRST_BYTES;

  constructor(protocol: OtlpProtocol, limit: RequestLimit) {
    this.#isJson = protocol === 'http/json';
    this.#limit = limit;
  }

  /**
   * The part as requests that are as large as they may be, at the moment that each is asked for. A data point that is larger has one
   * of its own. Without any data point there is one request, with the resource.
   */
  *encode(part: RequestPart): Generator<EncodedPart, void> {
    let rest = part;
    do {
      const request = this.#begin(rest);
      const points = fill(request, rest, this.#limit.bytes);
      const body = request.finish();
      // A little more, so that the next one does not grow for a digit.
      this.#expectedBytes = Math.max(FIRST_BYTES, body.byteLength + (body.byteLength >> 4));
      const [written, behind] = rest.split(points);
      yield { part: written, body };
      rest = behind;
    } while (rest.points > 0);
  }

  #begin({ resource }: RequestPart): RequestWriter {
    const Request = this.#isJson ? JsonRequest : ProtobufRequest;
    return new Request(resource, this.#expectedBytes);
  }
}

/** Writes as many points of a part as there is room for, and one at least; returns how many. */
function fill(request: RequestWriter, part: RequestPart, mostBytes: number): number {
  let points = 0;
  let opened: Scope | undefined;
  for (const { scope, metric, from, to } of part.stretches()) {
    if (opened !== undefined && opened !== scope) request.closeScope();
    request.mark();
    if (opened !== scope) request.openScope((opened = scope));
    request.openMetric(metric);
    for (let position = from; position < to; position += 1) {
      if (position > from) request.mark();
      request.writePoint(metric, position);
      if (points > 0 && request.byteLength > mostBytes) {
        request.rewind();
        return points;
      }
      points += 1;
    }
    request.closeMetric();
  }
  return points;
}
