import type { ContentCoding } from './accept-encoding.ts';
import { compress } from './compression.ts';
import type { Answer } from './answer.ts';
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
  /** As that of an answer. */
  readonly release: Answer['release'];
}

/**
 * Renderings of a source, shared: who asks for the same as one that is under way gets that one's result, whose callbacks
 * have the time of whoever came first. So there are never two collections for what is the same.
 */
export class Scrapes {
  readonly #source: ScrapeSource;
  readonly #underWay = new Map<string, Rendering>();
  readonly #inMemory = new Set<Rendering>();

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
    return { plain: rendering.plain, coded: rendering.coded, release: this.#hold(rendering) };
  }

  #render(key: string, request: ScrapeRequest): Rendering {
    const rendering = createRendering(this.#source, request);
    this.#underWay.set(key, rendering);
    const isRendered = (): void => void this.#underWay.delete(key);
    rendering.plain.then(isRendered, isRendered);
    return rendering;
  }

  /** What it returns lets go of the body when it is called. */
  #hold(held: Rendering): Answer['release'] {
    let rendering: Rendering | undefined = held;
    rendering.holders += 1;
    this.#inMemory.add(rendering);
    return (isUnread) => {
      const released = rendering;
      rendering = undefined;
      if (released === undefined) return;
      released.holders -= 1;
      released.isReusable &&= isUnread;
      if (released.holders > 0) return;
      this.#inMemory.delete(released);
      // It has been made, or who waited for it would still hold it.
      if (released.isReusable)
        released.plain.then(
          (body) => this.#source.recycle?.(body),
          () => {},
        );
    };
  }
}

interface Rendering {
  readonly plain: Promise<readonly Uint8Array[]>;
  readonly coded: (coding: ContentCoding) => Promise<readonly Uint8Array[]>;
  /** How many need the body. */
  holders: number;
  /** Whether all who needed it so far are done with it. */
  isReusable: boolean;
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
  return { plain, coded, holders: 0, isReusable: true };
}

/** Content types differ in format, version and escaping, which is all that makes renditions differ. */
function keyOf({ rendition: { format, escaping, contentType }, names }: ScrapeRequest): string {
  return JSON.stringify([format, escaping, contentType, names === undefined ? null : [...names].toSorted()]);
}
