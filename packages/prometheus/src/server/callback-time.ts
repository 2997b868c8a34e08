/** Prometheus' scrape interval by default, and so its longest timeout: a client cannot have hanging callbacks waited for any longer. */
const LONGEST_MS = 60_000;

/** What is left for rendering, compressing and sending: a quarter of a short time, and no more than takes the largest body. */
const MARGIN = 0.25;
const LARGEST_MARGIN_MS = 1000;

/**
 * How long callbacks may take, in whole milliseconds, so that a scraper has its answer in time.
 *
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`
 * @returns `undefined` if it is not there, or not a number above 0
 */
export function callbackTimeMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}(\.\d+)?$/.test(header)) return undefined;
  const timeoutMs = Number(header) * 1000;
  if (timeoutMs <= 0) return undefined;
  const leftMs = timeoutMs - Math.min(timeoutMs * MARGIN, LARGEST_MARGIN_MS);
  return Math.max(1, Math.floor(Math.min(leftMs, LONGEST_MS)));
}
