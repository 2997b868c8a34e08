/** How long clients may take for an answer. */
export interface SendingLimits {
  /** For a slice of 128 KB of a response. 30 s by default. */
  readonly stallMs: number;
  /** For a whole response, from its first byte on. 60 s by default. */
  readonly responseMs: number;
}

export const SENDING_LIMITS: SendingLimits = {
  // A client that has gone away without a word is not waited for longer than most scrapers wait themselves.
  stallMs: 30_000,
  // Prometheus' scrape interval by default, and so its longest timeout.
  responseMs: 60_000,
};
