import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';

/** A server on a port of its own, until the end of the block that uses it. */
export class Served implements AsyncDisposable {
  readonly #server: NetServer & Partial<Pick<Server, 'closeAllConnections'>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #sockets = new Set<Socket>();

  private constructor(server: NetServer) {
    this.#server = server;
  }

  static async by(server: NetServer): Promise<Served> {
    if (!server.listening) await once(server.listen(0), 'listening');
    return new Served(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends a request, the path as it is, reads its answer, and gives the status. */
  async fetch(path: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const sent = request({ port: this.port, path, method, headers, agent: this.#agent }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }

  /** Sends requests without a body on one connection, and does not wait for answers. */
  async open(...requests: readonly string[]): Promise<Socket> {
    const socket = connect(this.port);
    this.#sockets.add(socket);
    // Whoever ends the connection, the other side may see an error.
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(requests.map((line) => `${line} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''));
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections?.();
    if (this.#server.listening) await new Promise((closed) => this.#server.close(closed));
  }
}
