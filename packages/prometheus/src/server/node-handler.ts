import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndpointRequest } from './answer.ts';
import type { HandlerOptions } from './handler-options.ts';
import { hasBody } from './request-body.ts';
import { createRespond, type Respond } from './respond.ts';
import { itsTurn } from './response-turn.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { send } from './send.ts';
import type { SendingLimits } from './sending-limits.ts';

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
  limits?: SendingLimits,
): Promise<void> {
  // It closes as well, which is seen to.
  response.on('error', () => {});
  // As routers have left it, which may put back what they have cut off.
  const asked = toEndpointRequest(request);
  if (await itsTurn(response)) await send(response, await respond(asked), limits);
}

function toEndpointRequest(request: IncomingMessage & { readonly originalUrl?: string }): EndpointRequest {
  const { method = '', url = '', originalUrl, headers } = request;
  return {
    method,
    target: url,
    originalTarget: originalUrl ?? url,
    hasBody: hasBody(request),
    header: (name) => headers[name]?.toString(),
  };
}
