import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { OutgoingMessage } from 'node:http';

// As they are now: what is put in their place later is seen.
const { write, end } = OutgoingMessage.prototype;
const { write: writeToSocket } = Socket.prototype;

/**
 * Whether nothing stands between the response and the network that may keep what it is given, as middleware for compression,
 * tracing or a connection within the process does.
 */
export function keepsNoChunks(response: ServerResponse, socket: Socket | null): boolean {
  return response.write === write && response.end === end && socket instanceof Socket && socket.write === writeToSocket;
}
