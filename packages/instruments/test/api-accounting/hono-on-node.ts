import type { IncomingMessage, ServerResponse } from 'node:http';

interface App {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

/** Serves an application of Hono as its adapter for Node does: with Node's request and response in `env`, and a signal. */
export function honoOnNode(app: App, { bindings }: { bindings: boolean }) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => void answer(app, incoming, outgoing, bindings);
}

async function answer(app: App, incoming: IncomingMessage, outgoing: ServerResponse, bindings: boolean): Promise<void> {
  const controller = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  const { method = 'GET', url = '/' } = incoming;
  const request = new Request(`http://localhost${url}`, { method, signal: controller.signal });
  const response = await app.fetch(request, bindings ? { incoming, outgoing } : {});
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}
