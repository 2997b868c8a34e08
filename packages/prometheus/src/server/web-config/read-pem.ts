import { readFileSync, statSync } from 'node:fs';
import type { PemSource } from './web-config.ts';

const LONGEST_BYTES = 1024 * 1024;

/**
 * The text of a PEM source. Reads on the calling thread: what a new connection meets must be there before its handshake.
 *
 * @throws Error naming key and file
 */
export function readPem(source: PemSource): string {
  if (!('path' in source)) return source.text;
  try {
    const status = statSync(source.path);
    if (status.isFile() && status.size <= LONGEST_BYTES) return readFileSync(source.path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`${nameOf(source)}, which cannot be read (${reason}); allowed is the path of a readable PEM file`, {
      cause: error,
    });
  }
  throw new Error(
    `${nameOf(source)}, which is no file of at most ${LONGEST_BYTES} bytes; allowed is the path of a PEM file`,
  );
}

/** The beginning of a sentence on a source: the key, and the file's name if there is one. */
export function nameOf(source: PemSource): string {
  return 'path' in source ? `${source.configKey} is ${JSON.stringify(source.path)}` : `${source.configKey} is PEM text`;
}
