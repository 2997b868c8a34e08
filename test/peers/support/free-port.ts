import { createServer } from 'node:net';
import { once } from 'node:events';

/**
 * Below the ports that systems give to connections, so that none of those takes it before the program listens that it
 * is for, or while that program is being restarted.
 */
const [FIRST, COUNT] = [20_000, 10_000];

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
