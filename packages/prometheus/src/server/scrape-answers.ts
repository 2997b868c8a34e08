import type { Answer, EndpointRequest } from './answer.ts';
import { answerScrape } from './answer-scrape.ts';
import { landingPage } from './landing-page.ts';
import type { InstrumentOverview, ScrapeSource } from './scrape-source.ts';
import { Scrapes } from './scrapes.ts';

/** The answers that are made of what there is in a source. They reject with what it, or a compression, fails with. */
export interface ScrapeAnswers {
  scrape(request: EndpointRequest, query: URLSearchParams): Promise<Answer>;
  /** @param base what links begin with */
  page(base: string): Promise<Answer>;
}

export function createScrapeAnswers(source: ScrapeSource): ScrapeAnswers {
  const scrapes = new Scrapes(source);
  const overview = shareOverviews(source);
  return {
    scrape: (request, query) => answerScrape(request, query, scrapes),
    page: async (base) => landingPage(await overview(), base),
  };
}

/** One overview at a time, for all who ask. */
function shareOverviews(source: ScrapeSource): () => Promise<readonly InstrumentOverview[]> {
  let underWay: Promise<readonly InstrumentOverview[]> | undefined;
  // In a promise from the start, as a source may throw.
  const collect = (): Promise<readonly InstrumentOverview[]> =>
    Promise.resolve()
      .then(() => source.overview())
      .finally(() => (underWay = undefined));
  return () => (underWay ??= collect());
}
