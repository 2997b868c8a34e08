import { describeError, describeValue } from '../described.ts';
import { warn } from '../warn.ts';
import { follow, type NodeRequest, type NodeResponse } from './node-answer.ts';
import type { RequestAccounts } from './request-account.ts';

/** How to account for the requests of a listener. */
export interface HttpOptions<Request> {
  /**
   * The template of the route that has taken a request, such as `/pipelines/:id`; `undefined` if none has. Asked when the answer is
   * complete, so that it may read what the listener has noted on the request.
   */
  readonly routeOf?: ((request: Request) => string | undefined) | undefined;
}

/** A listener for the `request` event of a server of `node:http`, `node:https` or `node:http2`. */
export type HttpListener<Request, Response> = (request: Request, response: Response) => unknown;

/** A listener that also fits where requests are known to be less than it asks for, as those of Express are. */
export type AccountedListener<Request, Response> = HttpListener<Request, Response> &
  HttpListener<NodeRequest, NodeResponse>;

/** Wraps a listener, so that every request it gets is counted. */
export function accountedListener<Request extends NodeRequest, Response extends NodeResponse>(
  accounts: RequestAccounts,
  listener: HttpListener<Request, Response>,
  { routeOf }: HttpOptions<Request>,
): AccountedListener<Request, Response> {
  if (typeof listener !== 'function') {
    throw new TypeError(`api.http takes a request listener, a function; got ${describeValue(listener)}`);
  }
  if (routeOf !== undefined && typeof routeOf !== 'function') {
    throw new TypeError(`api.http: routeOf is a function from a request to its route; got ${describeValue(routeOf)}`);
  }
  const ask = routeOf === undefined ? undefined : reportingOnce(routeOf);
  function accounted(this: unknown, request: Request, response: Response): unknown {
    try {
      const account = follow(accounts, request, response);
      if (ask !== undefined) account.nameBy(() => ask(request));
    } catch {
      // What came is no request of Node: the listener may know what to do with it.
    }
    // Returned, since a server with `captureRejections` waits for it.
    return listener.call(this, request, response);
  }
  // It takes what its server gives it, whatever the compiler knows of that.
  return accounted as AccountedListener<Request, Response>;
}

/** What `routeOf` tells, where that is a route; otherwise `undefined`, with a warning the first time. */
function reportingOnce<Request>(routeOf: (request: Request) => unknown): (request: Request) => string | undefined {
  let reported = false;
  const report = (what: string): undefined => {
    if (!reported) warn(`deltaforge api: routeOf ${what}; the request counts as unmatched (reported once)`);
    reported = true;
  };
  return (request) => {
    try {
      const route = routeOf(request);
      if (route === undefined || (typeof route === 'string' && route !== '')) return route;
      return report(`has returned ${describeValue(route)}, not a route or undefined`);
    } catch (error) {
      return report(`has thrown: ${describeError(error)}`);
    }
  };
}
