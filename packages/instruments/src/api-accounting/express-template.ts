import type { NodeRequest } from './node-answer.ts';

/** What a path is registered as. */
type Pattern = string | RegExp | readonly (string | RegExp)[];

export interface ExpressRoute {
  readonly path?: Pattern;
  /** Its methods in lower case; `_all` if it takes every one. */
  readonly methods?: Readonly<Record<string, unknown>>;
}

/** One entry of a router: a route, or something mounted. */
interface Layer {
  readonly route?: ExpressRoute | undefined;
  readonly handle?: Partial<Router> & { readonly name?: string; readonly router?: Router };
  /** Whether it is mounted at `/`. */
  readonly slash?: boolean;
  /** What `match` has matched, before router 2.3. */
  readonly path?: string;
  /** What has matched, if anything has; before router 2.3 only whether. */
  match(path: string): unknown;
}

interface Router {
  readonly stack: readonly Layer[];
}

/** An application of Express. */
interface App {
  readonly router?: Router;
  readonly parent?: App;
}

export interface ExpressRequest extends NodeRequest {
  readonly url?: string;
  /** The path that the routers on the way have taken off `url`: raw, with the values of its parameters. */
  readonly baseUrl?: string;
  readonly app?: App;
  readonly route?: ExpressRoute | undefined;
}

/** What stands for a mount path whose template cannot be known: raw it must not be shown. */
const UNKNOWN = '*';

/** More applications in one another than anybody has; fewer than one that is mounted in itself would give. */
const MOST_APPS = 100;

/** The application that all others on the way are mounted in. */
export function topOf(app: App | undefined): App | undefined {
  let top = app;
  for (let depth = 0; top?.parent !== undefined && depth < MOST_APPS; depth += 1) top = top.parent;
  return top;
}

/**
 * The template of a route as registered, at the moment at which it has matched: the patterns of all mount paths on the way to it, and
 * its own. The way is looked for from the top, by what `baseUrl` says was taken off on it. What is wrapped so that it cannot be looked
 * into, and a mount path before router 2.3, which forgets what it was, is `*`.
 */
export function templateOf(route: ExpressRoute, request: ExpressRequest, top: App | undefined): string {
  const { baseUrl = '', app } = request;
  try {
    const found = top?.router && new Search(route, request, appsUpFrom(app)).within(top.router, baseUrl, top);
    if (found !== undefined) return found;
  } catch {
    // A path that cannot be decoded, or a router that is none: the route still is.
  }
  return `${baseUrl === '' ? '' : UNKNOWN}${String(route.path)}`;
}

/** The application, what it is mounted in, and so on. */
function appsUpFrom(app: App | undefined): readonly App[] {
  const apps: App[] = [];
  for (let at = app; at !== undefined && apps.length < MOST_APPS; at = at.parent) apps.push(at);
  return apps;
}

class Search {
  readonly #route: ExpressRoute;
  readonly #request: ExpressRequest;
  readonly #apps: readonly App[];

  constructor(route: ExpressRoute, request: ExpressRequest, apps: readonly App[]) {
    this.#route = route;
    this.#request = request;
    this.#apps = apps;
  }

  /**
   * The template of the route from this router on.
   *
   * @param mountedAt what is left of `baseUrl`: all of it belongs to mount paths between this router and the route
   */
  within({ stack }: Router, mountedAt: string, app: App): string | undefined {
    for (const layer of stack) {
      if (layer.route === this.#route && mountedAt === '') return this.#own(layer);
      const inner = layer.route === undefined ? this.#behind(layer, app) : undefined;
      if (inner?.router === undefined) continue;
      const matched = matchOf(layer, mountedAt);
      if (matched === undefined) continue;
      const rest = this.within(inner.router, mountedAt.slice(matched.path.length), inner.app);
      if (rest !== undefined) return join(matched.pattern, rest);
    }
    return undefined;
  }

  /** The route's own pattern: of several the one that has matched, as far as the router tells. */
  #own(layer: Layer): string {
    const { path } = this.#route;
    const matched = Array.isArray(path) ? layer.match(pathOf(this.#request.url)) : undefined;
    return String(isMatch(matched) ? matched.pattern : path);
  }

  /** The router behind a layer, and the application that it belongs to. */
  #behind({ handle }: Layer, app: App): { readonly router?: Router | undefined; readonly app: App } | undefined {
    if (Array.isArray(handle?.stack)) return { router: handle as Router, app };
    // Express closes over an application that it mounts; the request knows which one it is.
    const mounted = handle?.name === 'mounted_app' ? this.#apps.find((other) => other.parent === app) : (handle as App);
    return mounted && { router: mounted.router, app: mounted };
  }
}

/** What of a raw path a layer takes off, and the pattern by which it does. */
function matchOf(layer: Layer, path: string): { readonly path: string; readonly pattern: string } | undefined {
  if (layer.slash === true) return { path: '', pattern: '' };
  const matched = layer.match(path);
  if (isMatch(matched)) return { path: matched.path, pattern: asMount(matched.pattern) };
  return matched ? { path: layer.path ?? '', pattern: UNKNOWN } : undefined;
}

function isMatch(matched: unknown): matched is { readonly path: string; readonly pattern: string | RegExp } {
  return typeof matched === 'object' && matched !== null;
}

function pathOf(url = ''): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** A slash at the end of a mount path means nothing; at the end of a regular expression it is its own. */
function asMount(pattern: string | RegExp): string {
  return typeof pattern === 'string' && pattern.endsWith('/') ? pattern.slice(0, -1) : String(pattern);
}

/** `/` below a mount path is the mount path. */
function join(mount: string, rest: string): string {
  return rest === '/' && mount !== '' ? mount : mount + rest;
}
