/** Which failures of a request are worth another try, and when (specification, OTLP/HTTP, "Failures"). */

/** The answers after which a request may be made again. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The errors of a connection that may be there the next time. */
const RETRYABLE_CODES: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** Before the first retry; each further one waits half as long again, to the longest, all give or take a fifth. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 5000;

/** An answer other than success, or a connection that was out of date. */
export class UnsuccessfulRequest extends Error {
  readonly reason: number | 'stale';
  /** How long the collector wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, reason: number | 'stale', waitMs: number | undefined) {
    super(message);
    this.reason = reason;
    this.retryAfterMs = waitMs;
  }
}

/** Whether the request may be made again. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof UnsuccessfulRequest) return error.reason === 'stale' || RETRYABLE_STATUSES.has(error.reason);
  return error instanceof Error && 'code' in error && RETRYABLE_CODES.has(error.code);
}

/** How long to wait before the next try: as long as the collector asks for, and never less than the back-off. */
export function pauseBefore(tries: number, error: unknown): number {
  if (error instanceof UnsuccessfulRequest && error.reason === 'stale' && tries === 1) return 0;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 1.5 ** (tries - 1), LONGEST_BACKOFF_MS) * (0.8 + 0.4 * Math.random());
  return Math.max(backoffMs, error instanceof UnsuccessfulRequest ? (error.retryAfterMs ?? 0) : 0);
}

/** The value of a `Retry-After` header, seconds or a date, in milliseconds from now. */
export function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const ms = value.endsWith('GMT') ? Date.parse(value) - Date.now() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
