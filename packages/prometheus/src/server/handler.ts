import type { Answer, EndpointRequest } from './answer.ts';
import { createRespond, type HandlerOptions } from './respond.ts';
import type { ScrapeSource } from './scrape-source.ts';
import { STALL_LIMIT_MS } from './stall-limit.ts';

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

function responseOf({ status, headers, body, release }: Answer): Response {
  const [first, ...more] = body;
  if (more.length > 0) return new Response(streamOf(body, release), { status, headers });
  // Copied, so that it is of a plain buffer, whatever the source has made it of.
  const copy = first === undefined ? null : new Uint8Array(first);
  release(true);
  return new Response(copy, { status, headers });
}

/** Whoever drops the response without a word must not hold the body for ever. */
function streamOf(chunks: readonly Uint8Array[], release: Answer['release']): ReadableStream<Uint8Array> {
  const rest = chunks.values();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    // Whoever has read it may keep it.
    release(false);
  };
  const watch = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      release(false);
      controller.error(new Error('the body was not read on'));
    }, STALL_LIMIT_MS);
    timer.unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: watch,
      pull(controller) {
        const { value, done } = rest.next();
        if (done === true) {
          end();
          controller.close();
          return;
        }
        controller.enqueue(value);
        watch(controller);
      },
      cancel: end,
    },
    // Nothing is taken out before it is read.
    { highWaterMark: 0 },
  );
}
