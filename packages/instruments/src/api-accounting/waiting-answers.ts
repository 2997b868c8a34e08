interface Socket {
  on(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

/** What waits for the end of one socket. */
class WaitingAnswers extends Set<() => void> {
  readonly #socket: Socket;
  readonly #closed = (): void => {
    for (const closed of this) closed();
  };

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('close', this.#closed);
  }

  stop(): void {
    this.#socket.off('close', this.#closed);
  }
}

/** One listener for all that wait: a client may pipeline more requests than Node finds normal for listeners. */
const waiting = new WeakMap<object, WaitingAnswers>();

/** Calls `closed` when the socket closes, unless what is returned was called before. */
export function onSocketClose(socket: object, closed: () => void): () => void {
  let answers = waiting.get(socket);
  if (answers === undefined) waiting.set(socket, (answers = new WaitingAnswers(socket as Socket)));
  const those = answers;
  those.add(closed);
  return () => {
    those.delete(closed);
    if (those.size > 0) return;
    those.stop();
    waiting.delete(socket);
  };
}
