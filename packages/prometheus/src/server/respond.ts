import { lineAnswer, type Answer, type EndpointRequest } from './answer.ts';
import { answerScrape } from './answer-scrape.ts';
import { Failures } from './failures.ts';
import { checkHandlerOptions, type HandlerOptions } from './handler-options.ts';
import { Health } from './health.ts';
import { landingPage } from './landing-page.ts';
import { linkBase, parseTarget, withoutPrefix } from './request-target.ts';
import type { InstrumentOverview, ScrapeSource } from './scrape-source.ts';
import { Scrapes } from './scrapes.ts';

/** Answers a request. Never rejects. */
export type Respond = (request: EndpointRequest) => Promise<Answer>;

/**
 * The endpoint itself, whatever the transport: which paths there are, and how each is answered.
 *
 * @throws TypeError for an option that is not allowed
 */
export function createRespond(source: ScrapeSource, options: HandlerOptions = {}): Respond {
  checkHandlerOptions(options);
  const health = options.health ?? new Health();
  const prefix = (options.prefix ?? '').replace(/\/+$/, '');
  const failures = new Failures();
  const scrapes = new Scrapes(source);
  const overview = shareOverviews(source);

  const routes = new Map<string, (request: EndpointRequest, query: URLSearchParams) => Answer | Promise<Answer>>([
    ['/metrics', (request, query) => answerScrape(request, query, scrapes)],
    ['/health', () => health.health()],
    ['/ready', () => health.ready()],
    ['/', async (request) => landingPage(await overview(), linkBase(parseTarget(request.originalTarget).path))],
  ]);

  return async (request) => {
    const { path, query } = parseTarget(request.target);
    const route = routes.get(withoutPrefix(path, prefix));
    if (route === undefined) return complete(request, lineAnswer(404, `Not found. Metrics are at ${prefix}/metrics`));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return complete(request, lineAnswer(405, 'Only GET and HEAD are answered here', { allow: 'GET, HEAD' }));
    }
    if (request.hasBody) return complete(request, lineAnswer(413, 'A request has no body here'));
    try {
      return complete(request, await route(request, query));
    } catch (error) {
      return complete(request, lineAnswer(500, failures.report('the collection failed', error)));
    }
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

/** With what all answers have, and without a body for HEAD. */
function complete({ method }: EndpointRequest, answer: Answer): Answer {
  const headers = { ...answer.headers, 'x-content-type-options': 'nosniff' };
  if (method !== 'HEAD') return { ...answer, headers };
  answer.release(true);
  return { ...answer, headers, body: [] };
}
