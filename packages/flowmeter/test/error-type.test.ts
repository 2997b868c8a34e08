import { strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { NoAnswer } from '../src/metrics/no-answer.ts';
import { errorTypeOf, grpcFailure, httpFailure, staleConnection } from '../src/metrics/otlp-failure.ts';

const withCode = (code: unknown): Error => Object.assign(new Error('x'), { code });

const FAILURES: readonly (readonly [what: string, failure: unknown, errorType: string])[] = [
  ['an HTTP status', httpFailure(503, '', undefined), '503'],
  ['a connection that the collector had closed', staleConnection(), 'ECONNRESET'],
  ['a refused connection', withCode('ECONNREFUSED'), 'ECONNREFUSED'],
  [
    'several addresses that refuse',
    Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    'ECONNREFUSED',
  ],
  ['a certificate', withCode('CERT_HAS_EXPIRED'), 'CERT_HAS_EXPIRED'],
  ['no answer in time', new NoAnswer(100), 'timeout'],
  ['a gRPC status', grpcFailure(14, '', undefined), 'UNAVAILABLE'],
  ['a number that is no gRPC status', grpcFailure(17, '', undefined), '_OTHER'],
  ['a code that could be anything', withCode('request 4711 failed'), '_OTHER'],
  ['an error without a code', new Error('x'), '_OTHER'],
  ['no error at all', undefined, '_OTHER'],
];

for (const [what, failure, errorType] of FAILURES) {
  it(`the error type of ${what} is ${errorType}`, () => strictEqual(errorTypeOf(failure), errorType));
}
