import { JSON_RENDITION, negotiate } from '../negotiation/accept.ts';
import type { Rendition } from '../negotiation/rendition.ts';
import { codingFor } from './accept-encoding.ts';
import { lineAnswer, type Answer, type EndpointRequest } from './answer.ts';
import { SMALLEST_COMPRESSED_BYTES } from './compression.ts';
import { isInTime } from './in-time.ts';
import { scrapeTimeOf } from './scrape-time.ts';
import type { Scrape, Scrapes } from './scrapes.ts';

/** A body up to this size is held by nobody's slow network for long, and does not count as one that is. */
const LARGE_BYTES = 128 * 1024;

/**
 * Answers with metrics, never later than the scraper waits: nothing at all would be no use to it.
 *
 * @throws (as a rejection) what the source or a compression does
 */
export async function answerScrape(
  request: EndpointRequest,
  query: URLSearchParams,
  scrapes: Scrapes,
): Promise<Answer> {
  const beganMs = performance.now();
  const rendition = renditionOf(request, query);
  let answered: Answered | undefined;
  try {
    answered = await answer(request, query, rendition, scrapes);
    return answered.answer;
  } finally {
    const seconds = (performance.now() - beganMs) / 1000;
    scrapes.tell({
      format: rendition.format,
      seconds,
      status: answered?.answer.status ?? FAILED,
      bytes: answered?.bytes,
    });
  }
}

/** Of what throws. */
const FAILED = 500;

interface Answered {
  readonly answer: Answer;
  /** Of the body with the metrics before compression, if there is one. */
  readonly bytes?: number;
}

async function answer(
  request: EndpointRequest,
  query: URLSearchParams,
  rendition: Rendition,
  scrapes: Scrapes,
): Promise<Answered> {
  const time = scrapeTimeOf(request.header('x-prometheus-scrape-timeout-seconds'));
  const scrape = scrapes.begin({
    rendition,
    names: namesOf(query),
    timeoutMs: time?.callbacksMs,
    begunMsAgo: time?.begunMsAgo,
  });
  if (scrape === undefined) {
    return { answer: lineAnswer(503, 'Too many scrapes at a time: try again in a second', { 'retry-after': '1' }) };
  }
  if (!(await isInTime(scrape.plain, time?.bodyMs))) {
    const release = (): void => scrape.release(true);
    scrape.plain.then(release, release);
    return { answer: lineAnswer(503, NOT_IN_TIME, { 'retry-after': '1' }) };
  }
  try {
    return await answerWithBody(request, rendition, scrape);
  } catch (error) {
    scrape.release(false);
    throw error;
  }
}

async function answerWithBody(request: EndpointRequest, rendition: Rendition, scrape: Scrape): Promise<Answered> {
  const bytes = sizeOf(await scrape.plain);
  const isWorthwhile = bytes >= SMALLEST_COMPRESSED_BYTES;
  const coding = codingFor(request.header('accept-encoding'), isWorthwhile);
  if (coding === undefined) {
    scrape.release(true);
    return { answer: lineAnswer(406, 'None of the accepted encodings: there are gzip, zstd and identity', VARY) };
  }
  const body = await scrape.coded(coding);
  const size = sizeOf(body);
  // What was compressed is read no more; a short body itself is left to whoever sends it.
  if (size <= LARGE_BYTES) scrape.release(coding !== 'identity');
  const headers = { 'content-type': rendition.contentType, 'content-length': String(size), ...VARY };
  return {
    bytes,
    answer: {
      status: 200,
      headers: coding === 'identity' ? headers : { ...headers, 'content-encoding': coding },
      body,
      release: scrape.release,
      givenUp: scrape.beginSending(),
    },
  };
}

/** Callbacks themselves are cut off earlier: it is those of a scraper that has more time. */
const NOT_IN_TIME = 'Not ready in X-Prometheus-Scrape-Timeout-Seconds: a scrape that has more time is under way';

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

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
