import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { warn } from '../../told-to-the-log.ts';
import { createAuthorizer, type Authorizer } from './authorizer.ts';
import { BcryptWorker } from './bcrypt-worker.ts';
import { answerBriefly } from './brief-answer.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { readWebConfig } from './read-web-config.ts';
import { TlsCertificates } from './tls-certificates.ts';
import { createTlsServer } from './tls-server.ts';
import type { WebConfig } from './web-config.ts';

/** A web configuration at work: a server's TLS, and who may ask it. */
export interface OpenWebConfig {
  /** A server with these options, not listening yet, over TLS if the configuration says so. */
  createHttpServer(options: ServerOptions, listener: RequestListener): Server;
  /**
   * To be called for each request before anything else: sets the headers and resolves to whether the request may go on. If
   * not, it has been answered (401, 429, 503). Never rejects.
   */
  authorize(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Ends the thread that checks passwords, if one was needed. */
  close(): Promise<void>;
}

/**
 * What `web-config-on-demand.ts` loads and calls.
 *
 * @param now a clock that never goes back, in milliseconds
 * @throws Error as `readWebConfig` does
 */
export async function openWebConfig(path: string, now: () => number = () => performance.now()): Promise<OpenWebConfig> {
  const config = await readWebConfig(path);
  const { tls } = config;
  const certificates = tls === undefined ? undefined : new TlsCertificates(tls, path, now);
  const bcrypt = new BcryptWorker();
  for (const warning of config.warnings) warn(`${path}: ${warning}`);
  return {
    createHttpServer: (options, listener) =>
      tls === undefined || certificates === undefined
        ? createServer(options, listener)
        : createTlsServer(tls, certificates, options, listener),
    authorize: toAuthorizer(config, bcrypt, now),
    close: () => bcrypt.close(),
  };
}

function toAuthorizer({ headers, users, rateLimit }: WebConfig, bcrypt: BcryptWorker, now: () => number): Authorizer {
  const mayPass = rateLimit === undefined ? () => true : createRateLimiter(rateLimit, now);
  const authorize: Authorizer =
    users.size === 0 ? async () => true : createAuthorizer(users, (password, hash) => bcrypt.compare(password, hash));
  return async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (mayPass()) return authorize(request, response);
    answerBriefly(response, 429, { 'retry-after': '1' });
    return false;
  };
}
