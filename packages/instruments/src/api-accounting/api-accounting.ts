import { createInstruments } from '../create-instruments.ts';
import { describeValue } from '../described.ts';
import { controlPlane } from '../deltaforge/control-plane.ts';
import { expressMiddleware, type ExpressMiddleware } from './express.ts';
import { fastifyPlugin, type FastifyPlugin } from './fastify.ts';
import { honoMiddleware, type HonoMiddleware } from './hono.ts';
import { accountedListener, type AccountedListener, type HttpListener, type HttpOptions } from './node-http.ts';
import type { NodeRequest, NodeResponse } from './node-answer.ts';
import { RequestAccounts, type ApiInstruments } from './request-account.ts';

/**
 * Counts the requests to an API in `apiRequests` and times them in `apiRequestLatencySeconds`: each once, when its answer is complete
 * or its connection has ended, whatever of the following it passes.
 *
 * - `route` is the template of the route as registered, mount paths included; `unmatched` for all requests that no route has taken.
 * - `method` is one that the HTTP semantic conventions know, otherwise `_OTHER`.
 * - `status` is the status code; `aborted` where the connection ended before the answer was complete.
 *
 * Connections that are upgraded are not counted. Nothing is thrown into the application, and no answer changed.
 */
export interface ApiAccounting {
  /**
   * Wraps a request listener: `createServer(api.http(listener, { routeOf }))`. Without `routeOf` all requests are unmatched, unless
   * one of the frameworks below runs in the listener and knows better.
   */
  http<Request extends NodeRequest, Response extends NodeResponse>(
    listener: HttpListener<Request, Response>,
    options?: HttpOptions<Request>,
  ): AccountedListener<Request, Response>;
  /**
   * A middleware for Express 5: `app.use(api.express())`, before everything that is to be counted. The route is the last one that has
   * matched; a request that a middleware answers before is unmatched, since Express has not looked for its route yet. Before router
   * 2.3, a mount path other than `/` is `*`.
   */
  express(): ExpressMiddleware;
  /**
   * A plugin for Fastify 5: `await fastify.register(api.fastify)`, before all others. It is not encapsulated: it holds for the instance
   * it is registered on, with all that is registered in it afterwards. The route is known before the first hook.
   */
  readonly fastify: FastifyPlugin;
  /**
   * A middleware for Hono 4: `app.use(api.hono())`, before everything that is to be counted. The route is the one that was to take the
   * request, even if a middleware answers before it. On Node an answer ends with its last byte; on servers that tell nothing of
   * that, when Hono hands it over.
   */
  hono(): HonoMiddleware;
}

/**
 * Creates the accounting of an API.
 *
 * @param deltaforge the set to record with: one with constant attributes, or on a provider of its own. Default: one made for it,
 *   live as soon as a meter provider is registered; that counts no panics
 * @throws TypeError if it is no DeltaForge set
 */
export function apiAccounting(deltaforge: ApiInstruments = createInstruments(API_SET)): ApiAccounting {
  const given = deltaforge as Partial<ApiInstruments> | null;
  if (given?.apiRequests === undefined || given.apiRequestLatencySeconds === undefined) {
    throw new TypeError(`apiAccounting takes what createDeltaforge returns; got ${describeValue(deltaforge)}`);
  }
  const accounts = new RequestAccounts(deltaforge);
  return {
    http: (listener, options) => accountedListener(accounts, listener, options ?? {}),
    express: () => expressMiddleware(accounts),
    fastify: fastifyPlugin(accounts),
    hono: () => honoMiddleware(accounts),
  };
}

/** DeltaForge's set as far as it is about the API: the same series, without its hook for panics. */
const API_SET = { scope: 'deltaforge', prefix: 'deltaforge_', definitions: controlPlane } as const;
