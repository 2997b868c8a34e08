import { JSON_RENDITION, negotiate } from '../negotiation/accept.ts';
import type { Rendition } from '../negotiation/rendition.ts';
import { codingFor } from './accept-encoding.ts';
import { lineAnswer, type Answer, type EndpointRequest } from './answer.ts';
import { callbackTimeMs } from './callback-time.ts';
import { SMALLEST_COMPRESSED_BYTES } from './compression.ts';
import { Failures } from './failures.ts';
import { Health } from './health.ts';
import { landingPage } from './landing-page.ts';
import { checkPrefix, linkBase, parseTarget, withoutPrefix } from './request-target.ts';
import type { InstrumentOverview, ScrapeSource } from './scrape-source.ts';
import { Scrapes, type Scrape } from './scrapes.ts';

export interface HandlerOptions {
  /** What `/health` and `/ready` tell; without it both are always well. */
  readonly health?: Health;
  /**
   * Where the handler is mounted, such as `/internal`, on a server that passes the whole path: Fastify, node:http, Hono's
   * `app.all`. Not needed where the router cuts it off: Express' `app.use`, Hono's `app.mount`. A path that does not begin
   * with it is taken as it is, so that it harms neither.
   */
  readonly prefix?: string;
}

/** Answers a request. Never rejects. */
export type Respond = (request: EndpointRequest) => Promise<Answer>;

/** A body up to this size is held by nobody's slow network for long, and does not count as one that is. */
const LARGE_BYTES = 128 * 1024;

/** The endpoint itself, whatever the transport: which paths there are, and how each is answered. */
export function createRespond(source: ScrapeSource, options: HandlerOptions = {}): Respond {
  const health = options.health ?? new Health();
  const prefix = checkPrefix(options.prefix ?? '');
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

async function answerScrape(request: EndpointRequest, query: URLSearchParams, scrapes: Scrapes): Promise<Answer> {
  const rendition = renditionOf(request, query);
  const timeoutMs = callbackTimeMs(request.header('x-prometheus-scrape-timeout-seconds'));
  const scrape = scrapes.begin({ rendition, names: namesOf(query), timeoutMs });
  if (scrape === undefined) {
    return lineAnswer(503, 'Too many scrapes at a time: try again in a second', { 'retry-after': '1' });
  }
  try {
    return await answerWithBody(request, rendition, scrape);
  } catch (error) {
    scrape.release(false);
    throw error;
  }
}

async function answerWithBody(request: EndpointRequest, rendition: Rendition, scrape: Scrape): Promise<Answer> {
  const isWorthwhile = sizeOf(await scrape.plain) >= SMALLEST_COMPRESSED_BYTES;
  const coding = codingFor(request.header('accept-encoding'), isWorthwhile);
  if (coding === undefined) {
    scrape.release(true);
    return lineAnswer(406, 'None of the accepted encodings: there are gzip, zstd and identity', VARY);
  }
  const body = await scrape.coded(coding);
  const size = sizeOf(body);
  // What was compressed is read no more; a short body itself is left to whoever sends it.
  if (size <= LARGE_BYTES) scrape.release(coding !== 'identity');
  const headers = { 'content-type': rendition.contentType, 'content-length': String(size), ...VARY };
  return {
    status: 200,
    headers: coding === 'identity' ? headers : { ...headers, 'content-encoding': coding },
    body,
    release: scrape.release,
  };
}

const VARY = { vary: 'Accept, Accept-Encoding' };

/** Other values of `format`, which scrapers of other endpoints are configured with, are as if they were not there. */
function renditionOf(request: EndpointRequest, query: URLSearchParams): Rendition {
  return query.get('format') === 'json' ? JSON_RENDITION : negotiate(request.header('accept'));
}

/** An empty `name[]`, as a form sends it, asks for nothing in particular. */
function namesOf(query: URLSearchParams): ReadonlySet<string> | undefined {
  const names = query.getAll('name[]').filter((name) => name !== '');
  return names.length === 0 ? undefined : new Set(names);
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

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
