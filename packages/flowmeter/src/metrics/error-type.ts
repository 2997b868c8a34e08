import { NoAnswer } from './no-answer.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { UnsuccessfulRequest } from './otlp-retry.ts';

/** Codes as Node and OpenSSL have them, such as `ECONNREFUSED` and `CERT_HAS_EXPIRED`. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * The `error.type` of a push that has failed, one of a few dozen: an HTTP status, a gRPC status by its name, the code of an error of
 * the connection, `timeout`, and for anything else `_OTHER` (semantic conventions, "Recording errors"). Never throws.
 */
export function errorTypeOf(failure: unknown): string {
  if (failure instanceof NoAnswer) return 'timeout';
  if (failure instanceof UnsuccessfulRequest) return failure.reason === 'stale' ? 'ECONNRESET' : `${failure.reason}`;
  const code: unknown = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (typeof code === 'string' && CODE.test(code)) return code;
  return grpcStatusOf(code) ?? '_OTHER';
}
