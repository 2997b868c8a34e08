import { Section } from './section.ts';
import type { RateLimit } from './web-config.ts';

const ALLOWED = '0 (no limit) or a duration such as 200ms, 1s or 1m30s';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads `rate_limit`.
 *
 * @returns `undefined` if there is no limit
 * @throws Error for a value that is not allowed, and for a limit that would let no request through
 */
export function readRateLimit(value: unknown): RateLimit | undefined {
  const section = new Section('rate_limit', value, ['interval', 'burst']);
  const intervalMs = parseDuration(section.text('interval', ALLOWED) ?? '0');
  if (intervalMs === undefined) throw section.wrong('interval', ALLOWED);
  const text = section.text('burst', 'an integer from 0 on') ?? '0';
  if (!/^\d{1,9}$/.test(text)) throw section.wrong('burst', 'an integer from 0 on');
  const burst = Number(text);
  if (intervalMs === 0) return undefined;
  if (burst === 0)
    throw new Error('rate_limit.interval is set, which needs a burst from 1 on: without, no request passes');
  return { intervalMs, burst };
}

/** Go's notation of durations, without sign, in milliseconds. */
function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, digits, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g))
    sum += Number(digits) * (UNIT_MS[unit ?? ''] ?? 0);
  return sum;
}
