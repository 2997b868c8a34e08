/** RFC 9110's methods, PATCH (RFC 5789) and QUERY: what the HTTP semantic conventions know by default. */
const BY_DEFAULT = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

/** What the HTTP semantic conventions (`http.request.method`) call every method that is not known. */
export const OTHER = '_OTHER';

/**
 * The methods that are told apart, case-sensitive: those of `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, a list with commas that stands
 * in the place of the default ones (semantic conventions, HTTP, `http.request.method`).
 */
export function knownMethods(): ReadonlySet<string> {
  // There need not be a process: Hono runs in workers and browsers as well.
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  const given = process?.env?.['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] ?? '';
  const methods = given.split(',').flatMap((method) => method.trim() || []);
  return new Set(methods.length === 0 ? BY_DEFAULT : methods);
}
