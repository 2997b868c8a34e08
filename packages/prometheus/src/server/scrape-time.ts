/** Prometheus' scrape interval by default, and so its longest timeout: a client cannot have hanging callbacks waited for any longer. */
const LONGEST_MS = 60_000;

/** What is left for rendering, compressing and sending: a quarter of a short time, and no more than takes the largest body. */
const MARGIN = 0.25;
const LARGEST_MARGIN_MS = 1000;

/** Timers take no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time that a scraper has for its answer, in whole milliseconds. */
export interface ScrapeTime {
  /** For callbacks. */
  readonly callbacksMs: number;
  /** Until a body must have been made that is still to be sent. */
  readonly bodyMs: number;
  /**
   * How long before its request the scrape may have begun, unless nearly all is lost: half of the time. With the whole of it a series
   * could seem older than the scrape before, which may have found that the one in its place was gone.
   */
  readonly begunMsAgo: number;
}

/**
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`
 * @returns `undefined` if it is not there, or not a number above 0
 */
export function scrapeTimeOf(header: string | undefined): ScrapeTime | undefined {
  if (header === undefined || !/^\d{1,9}(\.\d+)?$/.test(header)) return undefined;
  const timeoutMs = Number(header) * 1000;
  if (timeoutMs <= 0) return undefined;
  const marginMs = Math.min(timeoutMs * MARGIN, LARGEST_MARGIN_MS);
  return {
    callbacksMs: wholeMs(Math.min(timeoutMs - marginMs, LONGEST_MS)),
    bodyMs: wholeMs(Math.min(timeoutMs - marginMs / 2, LONGEST_TIMER_MS)),
    begunMsAgo: wholeMs(Math.min(timeoutMs, LONGEST_MS) / 2),
  };
}

function wholeMs(ms: number): number {
  return Math.max(1, Math.floor(ms));
}
