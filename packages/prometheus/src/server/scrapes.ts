import type { ContentCoding } from './accept-encoding.ts';
import type { Answer } from './answer.ts';
import { Failures } from './failures.ts';
import { createRendering, type Holder, type Rendering } from './rendering.ts';
import type { AnsweredScrape, ScrapeRequest, ScrapeSource } from './scrape-source.ts';

/**
 * Bodies in memory at a time: room for two Prometheus servers with a format each, and a few people with filters; at 25 MB
 * each, what 110,000 series take, 200 MB is as far as clients can drive the process.
 */
const MOST_BODIES = 8;

/** A part in a body that may be others' as well. */
export interface Scrape {
  readonly plain: Promise<readonly Uint8Array[]>;
  /** The body as it is coded; one compression for all. */
  coded(coding: ContentCoding): Promise<readonly Uint8Array[]>;
  /** From now on it may be given up for others; returns what tells so. */
  beginSending(): AbortSignal;
  /** As that of an answer; not before `plain` is settled. */
  readonly release: Answer['release'];
}

/**
 * Renderings of a source, shared: who asks for the same as one that is under way gets that one's result, whose callbacks
 * have the time of whoever came first. So there are never two collections for what is the same; a second one would not be
 * earlier, as collections of a reader come one after the other.
 */
export class Scrapes {
  readonly #source: ScrapeSource;
  readonly #failures = new Failures();
  readonly #underWay = new Map<string, Rendering>();
  /** From the one that began first. */
  readonly #inMemory = new Set<Rendering>();

  constructor(source: ScrapeSource) {
    this.#source = source;
  }

  /** @returns `undefined` if there are too many bodies in memory, and all of them still being made */
  begin(request: ScrapeRequest): Scrape | undefined {
    const key = keyOf(request);
    let rendering = this.#underWay.get(key);
    if (rendering === undefined) {
      if (this.#inMemory.size >= MOST_BODIES && !this.#makeRoom()) return undefined;
      rendering = this.#render(key, request);
    }
    return this.#hold(rendering);
  }

  /** Tells the source how a scrape was answered. */
  tell(scrape: AnsweredScrape): void {
    try {
      this.#source.scraped?.(scrape);
    } catch (error) {
      this.#failures.report('a scrape could not be told of', error);
    }
  }

  #render(key: string, request: ScrapeRequest): Rendering {
    const rendering = createRendering(this.#source, request);
    this.#inMemory.add(rendering);
    this.#underWay.set(key, rendering);
    const isRendered = (): void => void this.#underWay.delete(key);
    rendering.plain.then(isRendered, isRendered);
    return rendering;
  }

  /** Gives up the body that has been there longest, of those that are only sent: a client that hardly reads keeps nobody out. */
  #makeRoom(): boolean {
    for (const rendering of this.#inMemory) {
      const sendings = [...rendering.holders].map(({ sending }) => sending);
      if (sendings.includes(undefined)) continue;
      // Those who send it let go of it later.
      this.#inMemory.delete(rendering);
      for (const sending of sendings) sending?.abort();
      return true;
    }
    return false;
  }

  #hold(rendering: Rendering): Scrape {
    const holder: Holder = { sending: undefined };
    rendering.holders.add(holder);
    return {
      plain: rendering.plain,
      coded: rendering.coded,
      beginSending: () => (holder.sending ??= new AbortController()).signal,
      release: (isUnread) => {
        if (!rendering.holders.delete(holder)) return;
        rendering.isReusable &&= isUnread;
        if (rendering.holders.size === 0) this.#letGo(rendering);
      },
    };
  }

  #letGo(rendering: Rendering): void {
    this.#inMemory.delete(rendering);
    if (!rendering.isReusable) return;
    // It has been made, or who waited for it would still hold it.
    const recycled = rendering.plain.then(
      (body) => this.#source.recycle?.(body),
      () => {},
    );
    recycled.catch((error: unknown) => this.#failures.report('a body could not be given back', error));
  }
}

/** Content types differ in format, version and escaping, which is all that makes renditions differ. */
function keyOf({ rendition: { format, escaping, contentType }, names }: ScrapeRequest): string {
  return JSON.stringify([format, escaping, contentType, names === undefined ? null : [...names].toSorted()]);
}
