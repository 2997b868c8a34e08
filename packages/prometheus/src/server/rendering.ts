import type { ContentCoding } from './accept-encoding.ts';
import { compress } from './compression.ts';
import type { ScrapeRequest, ScrapeSource } from './scrape-source.ts';

/** A body that is being made or is there, and who needs it. */
export interface Rendering {
  readonly plain: Promise<readonly Uint8Array[]>;
  readonly coded: (coding: ContentCoding) => Promise<readonly Uint8Array[]>;
  /** Who needs the body. */
  readonly holders: Set<Holder>;
  /** Whether all who needed it so far are done with it. */
  isReusable: boolean;
}

export interface Holder {
  /** Once there is nothing left but to send the body. */
  sending: AbortController | undefined;
}

/** Begins to make a body; one compression of each kind for all. */
export function createRendering(source: ScrapeSource, request: ScrapeRequest): Rendering {
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
  return { plain, coded, holders: new Set(), isReusable: true };
}
