import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { checkOptions, FUNCTION, wholeNumber, type OptionRule } from './checked-options.ts';
import { HEALTH, type HandlerOptions } from './handler-options.ts';
import type { NodeHandler } from './node-handler.ts';
import type { ServerLimits } from './server-limits.ts';

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
export type HttpServerOptions = ServerOptions & { readonly handshakeTimeout: number };

const HOST: OptionRule = {
  // Without one Node would listen on all addresses.
  isAllowed: (value) => typeof value === 'string' && value !== '',
  allowed: "a name or an IP address, such as 'localhost'",
  isRequired: true,
};

const LIMITS: OptionRule = {
  isAllowed: (value) => typeof value === 'object' && value !== null,
  allowed: 'an object of limits',
};

const RULES = {
  host: HOST,
  port: { ...wholeNumber(0, 65_535), isRequired: true },
  health: HEALTH,
  createHttpServer: FUNCTION,
  authorize: FUNCTION,
  limits: LIMITS,
  // Of a web configuration, which is passed as a whole and closed by whoever opened it.
  close: FUNCTION,
};

/** @throws TypeError that names the option, its value and what is allowed */
export function checkServerOptions(options: PrometheusServerOptions): void {
  checkOptions(options, RULES);
}
