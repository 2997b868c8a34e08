/** What a collector says of a push that it has taken, read as OpenTelemetry's own reader does, and told where that is wrong. */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { fromJson, fromProtobuf } from '../src/otlp/partial-success.ts';

/** The bytes of a varint. */
function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

function prefixed(bytes: readonly number[]): number[] {
  return [...varint(BigInt(bytes.length)), ...bytes];
}

/** A field of a number that is not in use, of each wire type that there is. */
const unknownField = fc
  .tuple(fc.integer({ min: 3, max: 5000 }), fc.constantFrom(0, 1, 2, 5), fc.uint8Array({ minLength: 8, maxLength: 40 }))
  .map(([field, wireType, bytes]) => [
    ...varint(BigInt(field * 8 + wireType)),
    ...(wireType === 0 ? varint(BigInt(bytes[0] ?? 0) ** 7n) : []),
    ...(wireType === 1 ? bytes.slice(0, 8) : []),
    ...(wireType === 2 ? prefixed([...bytes]) : []),
    ...(wireType === 5 ? bytes.slice(0, 4) : []),
  ]);
const rejectedField = fc.maxSafeNat().map((count) => [0x08, ...varint(BigInt(count))]);
const messageField = fc
  .string({ unit: 'binary', maxLength: 200 })
  .map((text) => [0x12, ...prefixed([...Buffer.from(text)])]);
const partialSuccess = fc.array(fc.oneof(rejectedField, messageField, unknownField), { maxLength: 6 });
const response = fc
  .tuple(fc.array(unknownField, { maxLength: 3 }), partialSuccess, fc.array(unknownField, { maxLength: 3 }))
  .map(([before, fields, after]) =>
    Uint8Array.from([...before.flat(), 0x0a, ...prefixed(fields.flat()), ...after.flat()]),
  );

describe('an answer in protobuf', () => {
  it('is read as OpenTelemetry reads it, whatever fields are between those that are known', () => {
    fc.assert(
      fc.property(response, (answer) => {
        const { partialSuccess: expected } = ProtobufMetricsSerializer.deserializeResponse(answer);
        deepStrictEqual(fromProtobuf(answer), {
          rejectedDataPoints: expected?.rejectedDataPoints ?? 0,
          errorMessage: expected?.errorMessage ?? '',
        });
      }),
      { numRuns: 500 },
    );
  });

  it('that breaks off is none, wherever it does, unless nothing of a field is missing', () => {
    fc.assert(
      fc.property(partialSuccess, fc.nat(), (fields, cut) => {
        const whole = Uint8Array.from([0x0a, ...prefixed(fields.flat())]);
        const part = whole.subarray(0, cut % whole.length);
        if (part.length === 0) return;
        throws(() => fromProtobuf(part), RangeError);
      }),
    );
  });

  it('of any bytes is read or is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          ok(!Number.isNaN(fromProtobuf(bytes).rejectedDataPoints));
        } catch (error) {
          ok(error instanceof RangeError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('with a number that does not end is none', () => {
    throws(() => fromProtobuf(Buffer.alloc(200, 0x80)), RangeError);
    throws(() => fromProtobuf(Uint8Array.from([0x0a, ...prefixed([0x08, ...Buffer.alloc(200, 0x80), 0])])), RangeError);
  });

  it('with less than no data points rejected has none', () => {
    const minusOne = varint(2n ** 64n - 1n);
    const { rejectedDataPoints } = fromProtobuf(Uint8Array.from([0x0a, ...prefixed([0x08, ...minusOne])]));
    ok(rejectedDataPoints <= 0, `${rejectedDataPoints}`);
  });
});

describe('an answer in JSON', () => {
  it('is read as OpenTelemetry reads it, its number as text or not', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), fc.boolean(), (count, errorMessage, isText) => {
        const rejectedDataPoints = isText ? `${count}` : count;
        const answer = Buffer.from(JSON.stringify({ partialSuccess: { rejectedDataPoints, errorMessage } }));
        const { partialSuccess: expected } = JsonMetricsSerializer.deserializeResponse(answer);
        deepStrictEqual(fromJson(answer), {
          rejectedDataPoints: Number(expected?.rejectedDataPoints),
          errorMessage: expected?.errorMessage,
        });
      }),
    );
  });

  it('of any JSON is read', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (json, within) => {
        for (const text of [
          json,
          `{"partialSuccess":${json}}`,
          `{"partialSuccess":{"rejectedDataPoints":${within},"errorMessage":${json}}}`,
        ]) {
          const { rejectedDataPoints, errorMessage } = fromJson(Buffer.from(text));
          ok(!Number.isNaN(rejectedDataPoints));
          strictEqual(typeof errorMessage, 'string');
        }
      }),
      { numRuns: 500, examples: [['[]', '{"toString":{}}']] },
    );
  });
});
