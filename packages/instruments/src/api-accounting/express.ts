import { templateOf, topOf, type ExpressRequest, type ExpressRoute } from './express-template.ts';
import { follow, type NodeRequest, type NodeResponse } from './node-answer.ts';
import type { RequestAccount, RequestAccounts } from './request-account.ts';

/** A middleware for `app.use`. */
export type ExpressMiddleware = (request: NodeRequest, response: NodeResponse, next: () => void) => void;

/** The middleware that accounts for every request that comes by it. */
export function expressMiddleware(accounts: RequestAccounts): ExpressMiddleware {
  return function apiAccounting(request, response, next) {
    try {
      nameByRoute(follow(accounts, request, response), request);
    } catch {
      // What came is no request of Node, or one that is sealed: it is the application's all the same.
    }
    next();
  };
}

/**
 * Has the account named by the last route that matches. Express tells of a match only by setting `request.route`, and where that route
 * is mounted can be found out only there: afterwards `baseUrl` and `app` are another router's again.
 */
function nameByRoute(account: RequestAccount, request: ExpressRequest): void {
  const top = topOf(request.app);
  const outer = Object.getOwnPropertyDescriptor(request, 'route');
  let route = request.route;
  let mountedAt = request.baseUrl;
  let template = route && templateOf(route, request, top);
  account.nameBy(() => template);
  Object.defineProperty(request, 'route', {
    configurable: true,
    enumerable: true,
    get: () => route,
    set(given: ExpressRoute | undefined) {
      outer?.set?.call(request, given);
      // The router sets it, and then the route itself does.
      const isSame = given === route && request.baseUrl === mountedAt;
      route = given;
      mountedAt = request.baseUrl;
      if (!isSame && given !== undefined && takes(given, request.method)) template = templateOf(given, request, top);
    },
  });
}

/** Whether the route has a handler for the method: a HEAD request comes by those of all other methods as well. */
function takes({ methods }: ExpressRoute, method: string | undefined): boolean {
  if (method !== 'HEAD' || methods === undefined) return true;
  return Boolean(methods['_all'] ?? methods['head'] ?? methods['get']);
}
