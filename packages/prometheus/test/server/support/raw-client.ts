import { once } from 'node:events';
import { connect, type Socket, type SocketConstructorOpts } from 'node:net';

/** A connection on which the test writes what it likes. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** What has come so far. */
  received(): string;
  /** Resolves when as much has come. */
  receives(pattern: RegExp): Promise<string>;
  /** Resolves to all that came when the server has closed the connection. */
  readonly closed: Promise<string>;
}

/** Connects to the server of a URL. */
export async function connectTo(url: string, options: SocketConstructorOpts = {}): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ ...options, host: hostname, port: Number(port) });
  let text = '';
  const waiting = new Set<() => void>();
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data;
    for (const look of waiting) look();
  });
  // A connection that is cut off may be reset.
  socket.on('error', () => {});
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  socket.once('close', () => resolve(text));
  await once(socket, 'connect');
  return {
    socket,
    received: () => text,
    receives: (pattern) =>
      new Promise((found) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          found(text);
        };
        waiting.add(look);
        look();
      }),
    closed,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
