import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to an address that can be cut as a network is: nothing gets through, and neither side is told. */
export class CuttableLink implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #bytes = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(address: string): Promise<CuttableLink> {
    const [host, port] = address.split(':');
    const server = createServer();
    const link = new CuttableLink(server);
    server.on('connection', (near) => {
      const far = connect(Number(port), host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        link.#sockets.add(from);
        from.on('data', (bytes) => {
          if (link.#isCut) return;
          to.write(bytes);
          if (from === near) link.#bytes += bytes.length;
        });
        // A side that ends is heard of on the other where the link is whole.
        from.on('error', () => from.destroy());
        from.on('close', () => {
          link.#sockets.delete(from);
          if (!link.#isCut) to.destroy();
        });
      }
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return link;
  }

  /** Where this end is, without a scheme. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How much has been sent from this end to the other. */
  get bytes(): number {
    return this.#bytes;
  }

  cut(): void {
    this.#isCut = true;
  }

  /** Lets through what comes from now on; what was under way is over. */
  mend(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mend();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
