import { createHandler } from '../../../src/server/handler.ts';
import type { HandlerOptions } from '../../../src/server/handler-options.ts';
import type { ScrapeSource } from '../../../src/server/scrape-source.ts';

/** Asks a handler of its own. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Asks the handler of a source for a path. */
export function asking(source: ScrapeSource, options?: HandlerOptions): Ask {
  const handler = createHandler(source, options);
  return (path, init) => handler(new Request(`http://metrics.test${path}`, init));
}
