import type { InstrumentOverview, ScrapeRequest, ScrapeSource } from '../../../src/server/scrape-source.ts';

/** A source whose bodies the test makes. */
export interface FakeSource extends ScrapeSource {
  /** What was asked, in order. */
  readonly requests: readonly ScrapeRequest[];
}

const encoder = new TextEncoder();

/** A source that answers at once: with the text in one chunk, or whatever else the function does. */
export function fakeSource(
  body: string | ((request: ScrapeRequest) => Promise<readonly Uint8Array[]>),
  instruments: readonly InstrumentOverview[] = [],
): FakeSource {
  const requests: ScrapeRequest[] = [];
  return {
    requests,
    async render(request) {
      requests.push(request);
      return typeof body === 'string' ? [encoder.encode(body)] : body(request);
    },
    overview: async () => instruments,
  };
}

/** A source whose bodies come when they are let go. */
export function heldSource(): FakeSource & { letGo(body: readonly Uint8Array[]): void; fail(error: unknown): void } {
  let held = Promise.withResolvers<readonly Uint8Array[]>();
  const source = fakeSource(() => held.promise);
  const next = (settle: (current: typeof held) => void): void => {
    const current = held;
    held = Promise.withResolvers();
    settle(current);
  };
  return {
    ...source,
    letGo: (body) => next(({ resolve }) => resolve(body)),
    fail: (error) => next(({ reject }) => reject(error)),
  };
}

/** A body of so many chunks of 128 KB, each of a letter of its own. */
export function largeBody(chunks: number): readonly Uint8Array[] {
  return Array.from({ length: chunks }, (_, index) => new Uint8Array(128 * 1024).fill(97 + (index % 26)));
}

/** As text. */
export function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString();
}
