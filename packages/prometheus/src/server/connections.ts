import type { Socket } from 'node:net';

/**
 * The connections of a server, of which there may be so many. When there are more, the one that has waited longest makes
 * room, first of those that have never asked anything: a scraper gets in, whoever else holds connections. Where all are
 * being answered the new one is refused.
 */
export class Connections {
  readonly #most: number;
  readonly #byPeer = new Map<string, Connection>();
  /** Waiting, in the order of their waiting. */
  readonly #silent = new Set<Connection>();
  readonly #idle = new Set<Connection>();
  #isClosing = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** A connection has been made. It does not hold the process. */
  add(socket: Socket): void {
    socket.unref();
    if (this.#byPeer.size >= this.#most && !this.#makeRoom()) return void socket.destroy();
    const connection: Connection = { socket, peer: peerOf(socket), requests: 0 };
    this.#byPeer.set(connection.peer, connection);
    this.#silent.add(connection);
    socket.once('close', () => this.#remove(connection));
  }

  /** A request has come. Over TLS its socket is not the one that was added. */
  begin(socket: Socket): Connection | undefined {
    const connection = this.#byPeer.get(peerOf(socket));
    if (connection === undefined) return undefined;
    connection.requests += 1;
    this.#silent.delete(connection);
    this.#idle.delete(connection);
    return connection;
  }

  /** The request has been answered, or was cut off. */
  end(connection: Connection | undefined): void {
    if (connection === undefined) return;
    connection.requests -= 1;
    if (connection.requests > 0 || connection.socket.destroyed) return;
    if (this.#isClosing) connection.socket.destroy();
    else this.#idle.add(connection);
  }

  /** Closes what is waiting now, and the rest when it has been answered. */
  close(): void {
    this.#isClosing = true;
    for (const { socket } of [...this.#silent, ...this.#idle]) socket.destroy();
  }

  closeAtOnce(): void {
    for (const { socket } of this.#byPeer.values()) socket.destroy();
  }

  #makeRoom(): boolean {
    const [longest] = this.#silent.size > 0 ? this.#silent : this.#idle;
    if (longest === undefined) return false;
    // Its `close` comes later, and others may come before.
    this.#remove(longest);
    longest.socket.destroy();
    return true;
  }

  #remove(connection: Connection): void {
    this.#silent.delete(connection);
    this.#idle.delete(connection);
    if (this.#byPeer.get(connection.peer) === connection) this.#byPeer.delete(connection.peer);
  }
}

/** One connection, and its requests that are not answered yet. */
export interface Connection {
  readonly socket: Socket;
  readonly peer: string;
  requests: number;
}

/** What two sockets have in common that are one connection, as one of TLS and the one below it. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
