import { checkOptions, wholeNumber } from './checked-options.ts';
import { SENDING_LIMITS, type SendingLimits } from './sending-limits.ts';

/** What clients may take. */
export interface ServerLimits extends SendingLimits {
  /** For the headers of a request, from the connection or the first byte on, and as long for a TLS handshake. 10 s by default. */
  readonly headersMs: number;
  /** Between two requests on a connection. 75 s by default. */
  readonly idleMs: number;
  /** At a time. 256 by default. */
  readonly connections: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  ...SENDING_LIMITS,
  headersMs: 10_000,
  // Prometheus asks every 15 to 60 s, on the same connection as long as there is one.
  idleMs: 75_000,
  // Scrapers, probes and people need a few dozen. A process may often open no more than 1024 files, and the application needs some.
  connections: 256,
};

/** Timers take no more, and 0 would be none to Node. */
const MILLISECONDS = wholeNumber(1, 2 ** 31 - 1);

const RULES = {
  headersMs: MILLISECONDS,
  idleMs: MILLISECONDS,
  stallMs: MILLISECONDS,
  responseMs: MILLISECONDS,
  connections: wholeNumber(1, 1_000_000),
};

/**
 * Those that are given, and the default for others.
 *
 * @throws TypeError for one that is not allowed
 */
export function toServerLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  checkOptions(given, RULES, 'limits.');
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(set) };
}
