/** Where a request goes. */
export interface RequestTarget {
  /** As it was written: what is encoded stays so, and `//` or `..` mean nothing. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Takes a request target apart: `/path?query`, or a whole URL, as a proxy asks (RFC 9112, 3.2.2). */
export function parseTarget(target: string): RequestTarget {
  const [resource = ''] = target.replace(/^https?:\/\/[^/?#]*/i, '').split('#', 1);
  const queryAt = resource.indexOf('?');
  const path = queryAt < 0 ? resource : resource.slice(0, queryAt);
  return { path: path || '/', query: new URLSearchParams(queryAt < 0 ? '' : resource.slice(queryAt)) };
}

/** The path below the prefix. One without it is what a router has left, which cuts off the prefix itself. */
export function withoutPrefix(path: string, prefix: string): string {
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/** What relative links begin with, on a page at this path: `/internal` and `/internal/` are the same page. */
export function linkBase(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last === '' ? './' : `./${last}/`;
}
