import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { isLast } from './request-body.ts';
import { SENDING_LIMITS, type SendingLimits } from './sending-limits.ts';
import { Sending } from './sending.ts';
import { keepsNoChunks } from './unkept-chunks.ts';

/**
 * Sends an answer at the client's pace, and resolves when it has been sent or given up: because the client has gone, or takes
 * too long, or because nothing else holds the process. Never rejects. Errors of the response are not listened for: it closes
 * as well.
 */
export async function send(
  response: ServerResponse,
  { status, headers, body, release, givenUp }: Answer,
  limits: SendingLimits = SENDING_LIMITS,
): Promise<void> {
  // Somebody else has answered, or nobody waits for it any more.
  if (response.headersSent || response.destroyed) return release(true);
  const { socket } = response;
  const wasDirect = keepsNoChunks(response, socket);
  const sending = new Sending(response, givenUp, limits);
  try {
    givenUp?.throwIfAborted();
    response.writeHead(status, headersFor(response, headers));
    for (const chunk of body.slice(0, -1)) {
      if (!response.write(chunk)) await sending.goesOn();
      if (sending.isOver) return;
      // What the network takes at once would otherwise be written without a pause.
      await nextTurn();
    }
    response.end(body.at(-1));
    while (!sending.isOver) await sending.goesOn();
  } catch {
    // It was given up before it began, or something that has wrapped the response has failed.
    response.destroy();
  } finally {
    sending.stopLooking();
    release(response.writableFinished && wasDirect && keepsNoChunks(response, socket));
  }
}

/** Headers that say how a page may be used: where the application has set one, it stands. */
const POLICIES = ['content-security-policy', 'x-content-type-options'];

function headersFor(response: ServerResponse, headers: Answer['headers']): Record<string, string> {
  const ours = Object.entries(headers).filter(([name]) => !(POLICIES.includes(name) && response.hasHeader(name)));
  return Object.fromEntries(isLast(response.req) ? [...ours, ['connection', 'close']] : ours);
}
