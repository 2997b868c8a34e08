import { statSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { inWords } from '../../in-words.ts';
import { warn } from '../../told-to-the-log.ts';
import { loadCertificates } from './load-certificates.ts';
import type { TlsConfig } from './web-config.ts';

/** Looking at the files costs a few system calls: not for each of a thousand connections. */
const LOOK_INTERVAL_MS = 1000;

/**
 * The certificates in use, re-read when their files change. No watcher and no timer: whoever is about to use them asks,
 * and then the files are compared with what they were: links are followed, so that a swapped one is seen too (Kubernetes
 * replaces secrets that way).
 */
export class TlsCertificates {
  readonly #tls: TlsConfig;
  readonly #configPath: string;
  readonly #now: () => number;
  readonly #paths: readonly string[];
  #context: SecureContextOptions;
  #seen: string;
  #lookedAt: number;
  #lastWarning: string | undefined;

  /**
   * @param configPath the configuration file, for warnings
   * @param now a clock that never goes back, in milliseconds
   * @throws Error as `loadCertificates` does
   */
  constructor(tls: TlsConfig, configPath: string, now: () => number) {
    this.#tls = tls;
    this.#configPath = configPath;
    this.#now = now;
    this.#paths = [tls.certificate, tls.key, tls.clientAuthority].flatMap((source) =>
      source !== undefined && 'path' in source ? [source.path] : [],
    );
    // The look comes before the reading: a change in between is seen next time.
    this.#seen = this.#look();
    this.#lookedAt = now();
    this.#context = loadCertificates(tls).context;
  }

  /**
   * What is to be used now: the same object until there is something new. Files that cannot be used leave the last good ones in
   * service, with one warning for each reason, and are tried again. Never throws.
   */
  current(): SecureContextOptions {
    const now = this.#now();
    if (now - this.#lookedAt < LOOK_INTERVAL_MS) return this.#context;
    this.#lookedAt = now;
    const seen = this.#look();
    if (seen === this.#seen) return this.#context;
    try {
      const { context, warnings } = loadCertificates(this.#tls);
      this.#context = context;
      this.#seen = seen;
      this.#lastWarning = undefined;
      for (const warning of warnings) warn(`${this.#configPath}: ${warning}`);
    } catch (error) {
      this.#warn(inWords(error));
    }
    return this.#context;
  }

  #look(): string {
    return this.#paths.map(fingerprint).join();
  }

  #warn(message: string): void {
    if (message === this.#lastWarning) return;
    this.#lastWarning = message;
    warn(`${this.#configPath}: ${message}; the certificates from before stay in use`);
  }
}

/** What changes when a file is written, replaced or linked elsewhere. */
function fingerprint(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return 'unreadable';
  }
}
