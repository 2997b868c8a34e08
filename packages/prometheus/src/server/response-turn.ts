import type { ServerResponse } from 'node:http';

/**
 * Resolves when it is the response's turn on its connection: until those to requests before it are sent it has no socket, and
 * what is written to it stays in memory.
 *
 * @returns whether it has come; if not, nobody waits for the response any more
 */
export async function itsTurn(response: ServerResponse): Promise<boolean> {
  // Once it is over it has no socket either.
  if (response.socket !== null || response.headersSent) return true;
  const { socket: connection } = response.req;
  if (connection.destroyed) return false;
  return new Promise((resolve) => {
    const hasCome = (): void => {
      connection.off('close', isGone);
      resolve(true);
    };
    const isGone = (): void => {
      response.off('socket', hasCome);
      resolve(false);
    };
    response.once('socket', hasCome);
    // Node 20 tells a response that waits nothing of it.
    connection.once('close', isGone);
  });
}
