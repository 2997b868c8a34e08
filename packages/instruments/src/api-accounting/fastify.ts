import { follow, type NodeRequest, type NodeResponse } from './node-answer.ts';
import type { RequestAccounts } from './request-account.ts';

/** A plugin for `fastify.register`. */
export type FastifyPlugin = (instance: object, options: unknown, done: (error?: Error) => void) => void;

type RequestListener = (request: NodeRequest, response: NodeResponse) => void;

/** What is asked of an instance of Fastify. */
interface Instance {
  readonly server: {
    prependListener?(event: 'request', listener: RequestListener): unknown;
  };
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): unknown;
}

interface FastifyRequest {
  readonly raw: NodeRequest;
  readonly routeOptions: { readonly url?: string | undefined };
}

interface FastifyReply {
  readonly raw: NodeResponse;
}

/**
 * The plugin that accounts for every request to the instance it is registered on and to those inside it that are made afterwards,
 * the handlers for what is not found included. On the outermost instance, what Fastify answers before any hook counts as well.
 */
export function fastifyPlugin(accounts: RequestAccounts): FastifyPlugin {
  const arrived: RequestListener = (request, response) => {
    try {
      follow(accounts, request, response);
    } catch {
      // A server of somebody's own, whose requests are not those of Node.
    }
  };
  const plugin: FastifyPlugin = (given, _options, done) => {
    const instance = given as Instance;
    // An inner instance inherits the server, whose requests are not all its own.
    if (Object.hasOwn(instance, 'server')) instance.server.prependListener?.('request', arrived);
    instance.addHook('onRequest', (request, reply, next) => {
      try {
        const account = follow(accounts, request.raw, reply.raw);
        const { url } = request.routeOptions;
        account.nameBy(() => url);
      } catch {
        // As above.
      }
      next();
    });
    done();
  };
  return Object.assign(plugin, {
    // What fastify-plugin does: the hooks are those of the instance itself, not of a new one inside it.
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'flowmeter-api-accounting',
  });
}
