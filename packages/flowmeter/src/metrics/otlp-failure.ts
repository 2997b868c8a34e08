/** What is to be done about a request that has failed (specification, OTLP, "Failures" of OTLP/gRPC and OTLP/HTTP). */

import { reasonOf } from '../reason-of.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { NoAnswer } from './no-answer.ts';

/** The answers by HTTP after which a request may be made again. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The answers that are about what a request holds: another one may be taken. */
const STATUSES_OF_CONTENT: ReadonlySet<number> = new Set([400, 422, 500]);

/** The same by gRPC: CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE and DATA_LOSS; UNKNOWN, INVALID_ARGUMENT and INTERNAL. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);
const CODES_OF_CONTENT: ReadonlySet<number> = new Set([2, 3, 13]);
const [OUT_OF_RANGE, RESOURCE_EXHAUSTED] = [11, 8];

/** How servers say that a message is larger than they take, in English: by gRPC there is no code for that. */
const TOO_LARGE = /larger than|too large|exceeds/i;

/** The errors of a connection that may be there the next time. */
const RETRYABLE_ERRORS: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** Codes as Node and OpenSSL have them, such as `ECONNREFUSED` and `CERT_HAS_EXPIRED`. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** Before the first retry; each further one waits half as long again, to the longest, all give or take a fifth. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 5000;

/** The longest that a collector is left alone because it asks for that: it may be a mistake. */
const LONGEST_PAUSE_MS = 600_000;

/** What may be done then: the same again, the same in smaller parts, something else, or nothing. */
type Remedy = 'again' | 'smaller' | 'others' | 'none';

/** Why a request has failed, fit for being told by one thread to another. */
export interface Refusal {
  readonly message: string;
  /** `error.type` of the semantic conventions. */
  readonly type: string;
  readonly remedy: Remedy;
}

/** An answer other than success, or a connection that was out of date. */
export class UnsuccessfulRequest extends Error implements Refusal {
  readonly remedy: Remedy;
  readonly type: string;
  /** How long the collector wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, type: string, remedy: Remedy, waitMs?: number) {
    super(message);
    this.type = type;
    this.remedy = remedy;
    this.retryAfterMs = waitMs;
  }
}

/** The failure that an answer by HTTP is. */
export function httpFailure(status: number, message: string, waitMs: number | undefined): UnsuccessfulRequest {
  let remedy: Remedy = 'none';
  if (RETRYABLE_STATUSES.has(status)) remedy = 'again';
  else if (STATUSES_OF_CONTENT.has(status)) remedy = 'others';
  else if (status === 413) remedy = 'smaller';
  return new UnsuccessfulRequest(`HTTP ${status} ${message}`.trim(), String(status), remedy, waitMs);
}

/** The failure that an answer by gRPC is; `waitMs` is its RetryInfo, without which it is not retryable that something is exhausted. */
export function grpcFailure(code: number, message: string, waitMs: number | undefined): UnsuccessfulRequest {
  const text = `gRPC status ${code}${message === '' ? '' : `, ${message}`}`;
  let remedy: Remedy = 'none';
  if ((code === RESOURCE_EXHAUSTED || code === OUT_OF_RANGE) && TOO_LARGE.test(message)) remedy = 'smaller';
  else if (RETRYABLE_CODES.has(code) || (code === RESOURCE_EXHAUSTED && waitMs !== undefined)) remedy = 'again';
  else if (CODES_OF_CONTENT.has(code)) remedy = 'others';
  return new UnsuccessfulRequest(
    text,
    grpcStatusOf(code) ?? '_OTHER',
    remedy,
    waitMs === undefined ? undefined : atMost(waitMs),
  );
}

const STALE = 'stale';

/** The failure of a connection that had been used before, and is gone. */
export function staleConnection(): UnsuccessfulRequest {
  return new UnsuccessfulRequest('the connection was reset', STALE, 'again', 0);
}

/** What may be done about it. */
export function remedyFor(error: unknown): Remedy {
  if (error instanceof UnsuccessfulRequest) return error.remedy;
  return RETRYABLE_ERRORS.has(codeOf(error)) ? 'again' : 'none';
}

/**
 * The `error.type` of a request that has failed, one of a few dozen: an HTTP status, a gRPC status by its name, the code of an error of
 * the connection, `timeout`, and for anything else `_OTHER` (semantic conventions, "Recording errors").
 */
export function errorTypeOf(error: unknown): string {
  if (error instanceof UnsuccessfulRequest) return error.type === STALE ? 'ECONNRESET' : error.type;
  if (error instanceof NoAnswer) return 'timeout';
  const code = codeOf(error);
  return typeof code === 'string' && CODE.test(code) ? code : '_OTHER';
}

/** Whether a failure says nothing about other requests, which are worth making. */
export function isWorthOthers(error: unknown): boolean {
  const remedy = remedyFor(error);
  return remedy === 'others' || remedy === 'smaller';
}

/** For telling it, and the error again that was told. */
export function toRefusal(error: unknown): Refusal {
  return { message: reasonOf(error), type: errorTypeOf(error), remedy: remedyFor(error) };
}

export function fromRefusal({ message, type, remedy }: Refusal): UnsuccessfulRequest {
  return new UnsuccessfulRequest(message, type, remedy);
}

/** How long to wait before the next try: as long as the collector asks for, and never less than the back-off. */
export function pauseBefore(tries: number, error: unknown): number {
  if (error instanceof UnsuccessfulRequest && error.type === STALE && tries === 1) return 0;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 1.5 ** (tries - 1), LONGEST_BACKOFF_MS) * (0.8 + 0.4 * Math.random());
  return Math.max(backoffMs, error instanceof UnsuccessfulRequest ? (error.retryAfterMs ?? 0) : 0);
}

/** The value of a `Retry-After` header, seconds or a date, in milliseconds from now: ten minutes at the most. */
export function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return atMost(Number(value) * 1000);
  const ms = value.endsWith('GMT') ? Date.parse(value) - Date.now() : Number.NaN;
  return Number.isNaN(ms) ? undefined : atMost(Math.max(0, ms));
}

function atMost(ms: number): number {
  return Math.min(ms, LONGEST_PAUSE_MS);
}

/** The code that Node gives an error. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
