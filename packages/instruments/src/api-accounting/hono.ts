import { follow, type NodeRequest, type NodeResponse } from './node-answer.ts';
import { ABORTED, statusOf, type RequestAccount, type RequestAccounts } from './request-account.ts';

/** What is asked of a context of Hono. */
interface HonoContext {
  readonly env: unknown;
  readonly finalized: boolean;
  readonly req: {
    readonly method: string;
    readonly raw: { readonly signal?: AbortSignal | null | undefined };
    /** All that the request matches, middleware included, in the order in which it is run. */
    readonly matchedRoutes: readonly HonoRoute[];
    /** Which of them was run last. */
    readonly routeIndex: number;
  };
  readonly res: { readonly status: number };
}

interface HonoRoute {
  readonly method: string;
  readonly path: string;
  readonly handler: { readonly length: number };
}

/** A middleware for `app.use`. */
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<void>;

/** Where Hono keeps the handler that it has wrapped. */
const COMPOSED = '__COMPOSED_HANDLER';

/** What the server adapter of Node puts into a context's `env`. */
interface NodeBindings {
  readonly incoming: NodeRequest;
  readonly outgoing: NodeResponse;
}

/** The middleware that accounts for every request that comes by it. */
export function honoMiddleware(accounts: RequestAccounts): HonoMiddleware {
  return async function apiAccounting(context, next) {
    const end = begin(accounts, context);
    let thrown = true;
    try {
      await next();
      thrown = false;
    } finally {
      end(thrown);
    }
  };
}

/** Opens the account; what is returned is to be called when the application has answered, or has thrown what it does not handle. */
function begin(accounts: RequestAccounts, context: HonoContext): (thrown: boolean) => void {
  try {
    const { env } = context;
    const account = isNode(env) ? follow(accounts, env.incoming, env.outgoing) : undefined;
    account?.nameBy(() => routeOf(context));
    // Node tells of the end of the answer, which is later: its body is not written yet.
    return account === undefined ? followSignal(accounts, context) : () => {};
  } catch {
    return () => {};
  }
}

/** Where there is only the request's signal, the answer ends when it is handed to the server. */
function followSignal(accounts: RequestAccounts, context: HonoContext): (thrown: boolean) => void {
  const { raw, method } = context.req;
  const known = accounts.of(raw);
  const account: RequestAccount = known ?? accounts.open(raw, method);
  account.nameBy(() => routeOf(context));
  if (known !== undefined) return () => {};
  const { signal } = raw;
  const abort = (): void => account.settle(ABORTED);
  signal?.addEventListener('abort', abort, { once: true });
  return (thrown) => {
    signal?.removeEventListener('abort', abort);
    // To ask for the response would make one where there is none. What Hono makes of that, and of what it throws on, comes later: 500.
    account.settle(
      signal?.aborted === true ? ABORTED : thrown || !context.finalized ? '500' : statusOf(context.res.status),
    );
  };
}

function isNode(env: unknown): env is NodeBindings {
  const { incoming, outgoing } = (env ?? {}) as { readonly [Key in keyof NodeBindings]?: Partial<NodeBindings[Key]> };
  return typeof incoming === 'object' && typeof outgoing?.on === 'function' && typeof outgoing.off === 'function';
}

/**
 * The route whose handler was run last, or would have been next, had not a middleware answered before it. That of a middleware is no
 * route: it has one for nearly every path.
 */
function routeOf({ req: { matchedRoutes, routeIndex } }: HonoContext): string | undefined {
  for (let index = routeIndex; index < matchedRoutes.length; index += 1) {
    const route = matchedRoutes[index];
    if (route !== undefined && isHandler(route)) return route.path;
  }
  return undefined;
}

/** `use` registers for all methods, as `all` does; Hono tells them apart by whether they take `next`. */
function isHandler({ method, handler }: HonoRoute): boolean {
  return method !== 'ALL' || unwrapped(handler).length < 2;
}

/** The handler itself, where `route` has wrapped it in its application's error handler. */
function unwrapped(handler: HonoRoute['handler'] & { readonly [COMPOSED]?: unknown }): { readonly length: number } {
  const inner = handler[COMPOSED];
  return typeof inner === 'function' ? unwrapped(inner) : handler;
}
