/**
 * How long a client may take for what is being sent, a slice of 128 KB at the most: a line of 4 KB/s is fast enough, and one
 * that has gone away without a word is not waited for longer than most scrapers wait themselves.
 */
export const STALL_LIMIT_MS = 30_000;
