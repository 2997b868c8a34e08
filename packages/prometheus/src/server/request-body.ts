import type { IncomingMessage } from 'node:http';

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Whether nothing can come after the request on its connection, as its body is not read. (A connection of HTTP/2 is not its
 * request's.)
 */
export function isLast(request: IncomingMessage): boolean {
  return request.httpVersionMajor < 2 && hasBody(request);
}
