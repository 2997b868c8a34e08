import type { StockEndpoint } from './stock-endpoint.ts';

/** Pushes without a scrape in between, after which the endpoint's reader is emptied. */
const PUSHES = 10;

/**
 * Makes the function to call with each push. Where a view matches, sdk-metrics keeps what each reader has not collected yet,
 * one map for each collection of any other reader, without end (open-telemetry/opentelemetry-js#6444): an endpoint that
 * nobody scrapes would grow with every push. A collection that is thrown away frees them, and loses nothing, since
 * the endpoint's totals are cumulative.
 */
export function createUnscrapedGuard(endpoint: StockEndpoint): () => void {
  let pushes = 0;
  return () => {
    pushes = endpoint.wasScraped() ? 0 : pushes + 1;
    if (pushes < PUSHES) return;
    pushes = 0;
    endpoint.reader.collect().catch(() => {
      // The provider has been shut down meanwhile: there is nothing left to free.
    });
  };
}
