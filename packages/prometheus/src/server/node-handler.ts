import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndpointRequest } from './answer.ts';
import { createRespond, type HandlerOptions, type Respond } from './respond.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { send } from './send.ts';

/** Answers one request, whole; what becomes of it is none of the caller's concern. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The endpoint for node:http, Express, Fastify (`reply.hijack()`, then with `request.raw` and `reply.raw`) and the like. It never throws. */
export function nodeHandler(source: ScrapeSource, options?: HandlerOptions): NodeHandler {
  const respond = createRespond(source, options);
  return (request, response) => void answer(respond, request, response);
}

/** Resolves when the request has been answered, or the client has gone. Never rejects. */
export async function answer(
  respond: Respond,
  request: IncomingMessage,
  response: ServerResponse,
  stallLimitMs?: number,
): Promise<void> {
  // It closes as well, which is seen to.
  response.on('error', () => {});
  const asked = toEndpointRequest(request);
  // The body is not read, so nothing can come after it. (A connection of HTTP/2 is not its request's.)
  if (asked.hasBody && request.httpVersionMajor < 2 && !response.headersSent) response.setHeader('connection', 'close');
  await send(response, await respond(asked), stallLimitMs);
}

function toEndpointRequest(request: IncomingMessage & { readonly originalUrl?: string }): EndpointRequest {
  const { method = '', url = '', originalUrl, headers } = request;
  return {
    method,
    target: url,
    originalTarget: originalUrl ?? url,
    hasBody: headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0,
    header: (name) => headers[name]?.toString(),
  };
}
