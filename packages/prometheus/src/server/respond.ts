import { lineAnswer, type Answer, type EndpointRequest } from './answer.ts';
import { Failures } from './failures.ts';
import { checkHandlerOptions, type HandlerOptions } from './handler-options.ts';
import { Health } from './health.ts';
import { linkBase, parseTarget, withoutPrefix } from './request-target.ts';
import type { ScrapeAnswers } from './scrape-answers.ts';
import type { ScrapeSource } from './scrape-source.ts';

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
  const answers = answersOnDemand(source);

  const routes = new Map<string, (request: EndpointRequest, query: URLSearchParams) => Answer | Promise<Answer>>([
    ['/metrics', async (request, query) => (await answers()).scrape(request, query)],
    ['/health', () => health.health()],
    ['/ready', () => health.ready()],
    ['/', async (request) => (await answers()).page(linkBase(parseTarget(request.originalTarget).path))],
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

/** What answers with metrics is loaded with the first request that asks for them: who only starts does not wait for it. */
function answersOnDemand(source: ScrapeSource): () => Promise<ScrapeAnswers> {
  let answers: Promise<ScrapeAnswers> | undefined;
  const load = async (): Promise<ScrapeAnswers> => {
    const loaded = await import('./scrape-answers.ts');
    return loaded.createScrapeAnswers(source);
  };
  return () =>
    (answers ??= load().catch((error: unknown) => {
      // The next one tries again.
      answers = undefined;
      throw error;
    }));
}

/** With what all answers have, and without a body for HEAD. */
function complete({ method }: EndpointRequest, answer: Answer): Answer {
  const headers = { ...answer.headers, 'x-content-type-options': 'nosniff' };
  if (method !== 'HEAD') return { ...answer, headers };
  answer.release(true);
  return { ...answer, headers, body: [] };
}
