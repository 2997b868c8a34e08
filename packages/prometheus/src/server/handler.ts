import type { Answer, EndpointRequest } from './answer.ts';
import type { HandlerOptions } from './handler-options.ts';
import { createRespond } from './respond.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { SENDING_LIMITS } from './sending-limits.ts';

/**
 * The endpoint as a web-standard function, for Hono, Deno, Bun and the like. It never rejects. A large body is a stream, and
 * is given up when nobody reads on for half a minute.
 */
export function createHandler(source: ScrapeSource, options?: HandlerOptions): (request: Request) => Promise<Response> {
  const respond = createRespond(source, options);
  return async (request) => responseOf(await respond(toEndpointRequest(request)));
}

function toEndpointRequest({ method, url, body, headers }: Request): EndpointRequest {
  return {
    method,
    target: url,
    originalTarget: url,
    hasBody: body !== null,
    header: (name) => headers.get(name) ?? undefined,
  };
}

function responseOf(answer: Answer): Response {
  const { status, headers, body, release } = answer;
  const [first, ...more] = body;
  if (more.length > 0) return new Response(streamOf(answer), { status, headers });
  const copy = first === undefined ? null : new Uint8Array(first);
  release(true);
  return new Response(copy, { status, headers });
}

/**
 * The body in copies, which are whoever's that reads them; the chunks themselves may be others' as well. Whoever drops the
 * response without a word must not hold the body for ever.
 */
function streamOf({ body, release, givenUp }: Answer): ReadableStream<Uint8Array> {
  const rest = body.values();
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (() => void) | undefined;
  const end = (): void => {
    clearTimeout(timer);
    if (giveUp !== undefined) givenUp?.removeEventListener('abort', giveUp);
    release(true);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        giveUp = () => {
          end();
          controller.error(new Error('the body was not read on'));
        };
        timer = setTimeout(giveUp, SENDING_LIMITS.stallMs).unref();
        givenUp?.addEventListener('abort', giveUp);
      },
      pull(controller) {
        const { value, done } = rest.next();
        if (done === true) {
          end();
          controller.close();
          return;
        }
        controller.enqueue(new Uint8Array(value));
        timer?.refresh();
      },
      cancel: end,
    },
    // Nothing is taken out before it is read.
    { highWaterMark: 0 },
  );
}
