import type { ContentCoding } from './accept-encoding.ts';
import { compress } from './compression.ts';
import type { ScrapeRequest, ScrapeSource } from './scrape-source.ts';

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
  /** To be called when the body is sent, or is not needed. Calling it again does nothing. */
  release(): void;
}

/**
 * Renderings of a source, shared: who asks for the same as one that is under way gets that one's result, whose callbacks
 * have the time of whoever came first. So there are never two collections for what is the same.
 */
export class Scrapes {
  readonly #source: ScrapeSource;
  readonly #underWay = new Map<string, Rendering>();
  readonly #inMemory = new Set<Holders>();

  constructor(source: ScrapeSource) {
    this.#source = source;
  }

  /** @returns `undefined` if there are too many bodies in memory */
  begin(request: ScrapeRequest): Scrape | undefined {
    const key = keyOf(request);
    let rendering = this.#underWay.get(key);
    if (rendering === undefined) {
      if (this.#inMemory.size >= MOST_BODIES) return undefined;
      rendering = this.#render(key, request);
    }
    return { plain: rendering.plain, coded: rendering.coded, release: this.#hold(rendering.holders) };
  }

  #render(key: string, request: ScrapeRequest): Rendering {
    const rendering = createRendering(this.#source, request);
    this.#underWay.set(key, rendering);
    const isRendered = (): void => void this.#underWay.delete(key);
    rendering.plain.then(isRendered, isRendered);
    return rendering;
  }

  /** What it returns holds no body. */
  #hold(holders: Holders): () => void {
    const holder = {};
    holders.add(holder);
    this.#inMemory.add(holders);
    return () => {
      holders.delete(holder);
      if (holders.size === 0) this.#inMemory.delete(holders);
    };
  }
}

/** Who needs a body. */
type Holders = Set<object>;

interface Rendering {
  readonly plain: Promise<readonly Uint8Array[]>;
  readonly coded: (coding: ContentCoding) => Promise<readonly Uint8Array[]>;
  readonly holders: Holders;
}

function createRendering(source: ScrapeSource, request: ScrapeRequest): Rendering {
  // In a promise from the start, as a source may throw.
  const plain = Promise.resolve().then(() => source.render(request));
  const compressed = new Map<ContentCoding, Promise<readonly Uint8Array[]>>();
  const coded = (coding: ContentCoding): Promise<readonly Uint8Array[]> => {
    if (coding === 'identity') return plain;
    const present = compressed.get(coding);
    if (present !== undefined) return present;
    const made = plain.then((chunks) => compress(chunks, coding));
    compressed.set(coding, made);
    return made;
  };
  return { plain, coded, holders: new Set() };
}

/** Content types differ in format, version and escaping, which is all that makes renditions differ. */
function keyOf({ rendition: { format, escaping, contentType }, names }: ScrapeRequest): string {
  return JSON.stringify([format, escaping, contentType, names === undefined ? null : [...names].toSorted()]);
}
