import type { RateLimit } from './web-config.ts';

/**
 * A token bucket, full at first: whether one more request may pass now.
 *
 * @param now a clock that never goes back, in milliseconds
 */
export function createRateLimiter({ intervalMs, burst }: RateLimit, now: () => number): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + (at - filledAt) / intervalMs);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
