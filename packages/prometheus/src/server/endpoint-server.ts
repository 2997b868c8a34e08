import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { lineAnswer } from './answer.ts';
import { Connections } from './connections.ts';
import { Failures } from './failures.ts';
import { answer, type NodeHandler } from './node-handler.ts';
import { createRespond, type HandlerOptions, type Respond } from './respond.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { send } from './send.ts';
import { STALL_LIMIT_MS } from './stall-limit.ts';

export interface PrometheusServerOptions extends Pick<HandlerOptions, 'health'> {
  /** The address that is listened on: a name or an IP address without brackets. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Creates the server, `https.createServer` with the options added to its own for one with TLS; node:http's if not given. */
  readonly createHttpServer?: (options: HttpServerOptions, listener: NodeHandler) => Server | HttpsServer;
  /** Resolves to whether the request may be answered; to `false` when it has answered itself. */
  readonly authorize?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** What differs from the default. */
  readonly limits?: Partial<ServerLimits>;
}

/** What a server is created with: its limits. `handshakeTimeout` is that of node:tls, and nothing to node:http. */
type HttpServerOptions = ServerOptions & { readonly handshakeTimeout: number };

/** What clients may take. */
export interface ServerLimits {
  /** For the headers of a request, from the connection or the first byte on, and as long for a TLS handshake. 10 s by default. */
  readonly headersMs: number;
  /** Between two requests on a connection. 75 s by default. */
  readonly idleMs: number;
  /** For a slice of 128 KB of a response. 30 s by default. */
  readonly stallMs: number;
  /** At a time. 256 by default. */
  readonly connections: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  headersMs: 10_000,
  // Prometheus asks every 15 to 60 s, on the same connection as long as there is one.
  idleMs: 75_000,
  stallMs: STALL_LIMIT_MS,
  // Scrapers, probes and people need a few dozen. A process may often open no more than 1024 files, and the application needs some.
  connections: 256,
};

/** Room for a filter of some hundred names. */
const MOST_HEADER_BYTES = 16 * 1024;

/** How long a scrape that is under way may take when the server closes. */
const CLOSE_LIMIT_MS = 1000;

const UNAUTHORIZED = 'the request could not be authorized';

/** The endpoint on a server of its own, which never keeps the process alive. */
export class PrometheusServer {
  readonly #options: PrometheusServerOptions;
  readonly #limits: ServerLimits;
  readonly #respond: Respond;
  readonly #server: Server | HttpsServer;
  readonly #connections: Connections;
  readonly #failures = new Failures();
  #closed: Promise<void> | undefined;

  constructor(source: ScrapeSource, options: PrometheusServerOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#respond = createRespond(source, options.health === undefined ? {} : { health: options.health });
    this.#connections = new Connections(this.#limits.connections);
    const listener: NodeHandler = (request, response) => void this.#answer(request, response);
    this.#server = (options.createHttpServer ?? createServer)(serverOptions(this.#limits), listener);
    this.#server.unref();
    this.#server.on('connection', (socket) => this.#connections.add(socket));
    // Whoever asks whether to send a body gets an answer that says no.
    this.#server.on('checkContinue', listener);
  }

  /** Opens the server. Resolves to the URL of the metrics; rejects with Node's error where it cannot be opened. */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
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

  /** Closes the server and all its connections; a scrape that is under way has a second. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#connections.close();
      setTimeout(() => this.#connections.closeAtOnce(), CLOSE_LIMIT_MS).unref();
    });
    return this.#closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.begin(request.socket);
    response.on('error', () => {}).once('close', () => this.#connections.end(connection));
    try {
      if ((await this.#options.authorize?.(request, response)) === false) return;
    } catch (error) {
      // Why is for the log only: whoever asks may be anybody.
      this.#failures.report(UNAUTHORIZED, error);
      return send(response, lineAnswer(500, UNAUTHORIZED), this.#limits.stallMs);
    }
    return answer(this.#respond, request, response, this.#limits.stallMs);
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
