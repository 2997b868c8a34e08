import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { lineAnswer } from './answer.ts';
import { Connections } from './connections.ts';
import { Failures } from './failures.ts';
import { answer, type NodeHandler } from './node-handler.ts';
import { isLast } from './request-body.ts';
import { createRespond, type Respond } from './respond.ts';
import { itsTurn } from './response-turn.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { send } from './send.ts';
import { toServerLimits, type ServerLimits } from './server-limits.ts';
import { checkServerOptions, type HttpServerOptions, type PrometheusServerOptions } from './server-options.ts';

/** Room for a filter of some hundred names. */
const MOST_HEADER_BYTES = 16 * 1024;

/** How long a scrape that is under way may take when the server closes. */
const CLOSE_LIMIT_MS = 1000;

const CLOSED = 'the server has been closed, and does not listen again';

const UNAUTHORIZED = 'the request could not be authorized';

/**
 * The endpoint on a server of its own. It does not keep the process alive, but for a response that is being read: that is sent
 * to its end first.
 */
export class PrometheusServer {
  readonly #options: PrometheusServerOptions;
  readonly #limits: ServerLimits;
  readonly #respond: Respond;
  readonly #server: Server | HttpsServer;
  readonly #connections: Connections;
  readonly #failures = new Failures();
  #giveUpListening: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  /** @throws TypeError that names the option that is not allowed, its value and what is */
  constructor(source: ScrapeSource, options: PrometheusServerOptions) {
    checkServerOptions(options);
    this.#options = options;
    this.#limits = toServerLimits(options.limits);
    this.#respond = createRespond(source, options.health === undefined ? {} : { health: options.health });
    this.#connections = new Connections(this.#limits.connections);
    const listener: NodeHandler = (request, response) => void this.#answer(request, response);
    this.#server = (options.createHttpServer ?? createServer)(serverOptions(this.#limits), listener);
    this.#server.unref();
    this.#server.on('connection', (socket) => this.#connections.add(socket));
    // Whoever asks whether to send a body gets an answer that says no; other expectations are not looked at.
    this.#server.on('checkContinue', listener).on('checkExpectation', listener);
  }

  /**
   * Opens the server. Resolves to the URL of the metrics; rejects with Node's error where it cannot be opened, and with a line
   * when it is closed or is closed meanwhile.
   */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      if (this.#closed !== undefined) throw new Error(CLOSED);
      server.once('error', reject);
      this.#giveUpListening = () => reject(new Error(CLOSED));
      // In a cluster a shared port would give each scrape to another worker, whose counters are others.
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A later error of the listening socket must not end the application.
    server.on('error', () => {});
    // `null` and a string are for closed servers and for pipes.
    const address = server.address() as AddressInfo;
    const scheme = 'setSecureContext' in server ? 'https' : 'http';
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`;
  }

  /** Closes the server, for good, and all its connections; a scrape that is under way has a second. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#giveUpListening?.();
      this.#server.close(() => resolve());
      this.#connections.close();
      setTimeout(() => this.#connections.closeAtOnce(), CLOSE_LIMIT_MS).unref();
    });
    return this.#closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.begin(request.socket);
    response.on('error', () => {}).once('close', () => this.#connections.end(connection));
    if (!(await itsTurn(response))) return;
    try {
      // Whoever refuses the request does not read its body either.
      if (isLast(request)) response.setHeader('connection', 'close');
      if ((await this.#options.authorize?.(request, response)) === false) return;
    } catch (error) {
      // Why is for the log only: whoever asks may be anybody.
      this.#failures.report(UNAUTHORIZED, error);
      return send(response, lineAnswer(500, UNAUTHORIZED), this.#limits);
    }
    return answer(this.#respond, request, response, this.#limits);
  }
}

function serverOptions({ headersMs, idleMs }: ServerLimits): HttpServerOptions {
  return {
    headersTimeout: headersMs,
    // There are no bodies.
    requestTimeout: headersMs,
    handshakeTimeout: headersMs,
    connectionsCheckingInterval: Math.ceil(headersMs / 2),
    keepAliveTimeout: idleMs,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
}
