import type { Format, Rendition } from '../negotiation/rendition.ts';

/** What is asked of a source. */
export interface ScrapeRequest {
  readonly rendition: Rendition;
  /** Only these families (`?name[]=`); all if undefined. */
  readonly names: ReadonlySet<string> | undefined;
  /** How long callbacks may take, from the call on; the source's own limit if undefined. */
  readonly timeoutMs: number | undefined;
  /**
   * How long before the call the scrape may have begun, whose moment is the time of the samples: what connecting and a busy event
   * loop have taken, which only the scraper knows. At once, if left out.
   */
  readonly begunMsAgo?: number | undefined;
}

/** One instrument, for people. */
export interface InstrumentOverview {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly scope: string;
  readonly series: number;
}

/** How a scrape was answered. */
export interface AnsweredScrape {
  readonly format: Format;
  /** From the request until the answer could be sent. */
  readonly seconds: number;
  /** The HTTP status. */
  readonly status: number;
  /** Of the body with the metrics, before compression; `undefined` if it was answered without. */
  readonly bytes: number | undefined;
}

/** Where the bodies come from. Both promises settle in any case, or what asks for the same waits with them. */
export interface ScrapeSource {
  /** Resolves to a body in chunks, which are not written to any more: several responses may send them at a time. */
  render(request: ScrapeRequest): Promise<readonly Uint8Array[]>;
  /** Takes a body back when nobody reads it any more, for its memory; it may also never come back. */
  recycle?(body: readonly Uint8Array[]): void;
  /** Takes notice of how a scrape was answered. */
  scraped?(scrape: AnsweredScrape): void;
  overview(): Promise<readonly InstrumentOverview[]>;
}
