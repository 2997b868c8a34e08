import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** A way to an address that can be cut as a network is. */
export class CuttableLink implements AsyncDisposable {
  /** Where this end is, without a scheme. */
  readonly address: string;
  readonly #far: string;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => this.#join(near));
  #isSilent = false;
  #bytes = 0;

  private constructor(far: string, address: string) {
    this.#far = far;
    this.address = address;
  }

  /** @param at where this end is to be; anywhere free if not given */
  static async to(far: string, at?: string): Promise<CuttableLink> {
    const link = new CuttableLink(far, at ?? `127.0.0.1:${await freePort()}`);
    await link.#listen();
    return link;
  }

  /** How much has been sent from this end to the other. */
  get bytes(): number {
    return this.#bytes;
  }

  /** From now on nothing gets through, and neither side is told. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Resets what is connected, and refuses to connect. */
  async refuse(): Promise<void> {
    const isClosed = once(this.#server.close(), 'close');
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await isClosed;
  }

  /** Lets through what comes from now on; what was under way is over. */
  async mend(): Promise<void> {
    this.#isSilent = false;
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  async #listen(): Promise<void> {
    const [host, port] = this.address.split(':');
    await once(this.#server.listen(Number(port), host), 'listening');
  }

  #join(near: Socket): void {
    const [host, port] = this.#far.split(':');
    const far = connect(Number(port), host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => {
        if (this.#isSilent) return;
        to.write(bytes);
        if (from === near) this.#bytes += bytes.length;
      });
      // A side that ends is heard of on the other where the link is whole.
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        if (!this.#isSilent) to.destroy();
      });
    }
  }
}
