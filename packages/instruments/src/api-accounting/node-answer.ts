import { ABORTED, statusOf, type RequestAccount, type RequestAccounts } from './request-account.ts';
import { onSocketClose } from './waiting-answers.ts';

/** What is asked of a request of `node:http`, or of `node:http2` in its compatibility form. */
export interface NodeRequest {
  readonly method?: string | undefined;
  /** Whether the connection was handed to what listens for upgrades. */
  readonly upgrade?: unknown;
  readonly socket?: object | null | undefined;
}

/** What is asked of a response of `node:http`, or of `node:http2` in its compatibility form. */
export interface NodeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly socket?: object | null | undefined;
  on(event: 'finish' | 'close', listener: () => void): unknown;
  off(event: 'finish' | 'close', listener: () => void): unknown;
}

/**
 * Opens the account of a request, to be settled when its answer has been handed to the operating system as a whole or its
 * connection has ended before that. A request that has an account keeps it.
 */
export function follow(accounts: RequestAccounts, request: NodeRequest, response: NodeResponse): RequestAccount {
  const known = accounts.of(response);
  if (known !== undefined) return known;
  const account = accounts.open(response, request.method);
  let stopWaiting: (() => void) | undefined;
  const release = (): void => {
    response.off('finish', finished);
    response.off('close', closed);
    stopWaiting?.();
  };
  const finished = (): void => {
    release();
    account.settle(isCut(response) ? ABORTED : statusOf(response.statusCode));
  };
  const closed = (): void => {
    release();
    // The connection has become another one, and may have lived for hours: nothing has answered here.
    if (request.upgrade === true && !response.headersSent) return;
    account.settle(ABORTED);
  };
  response.on('finish', finished);
  response.on('close', closed);
  // With pipelining, the answers behind the first one have no socket yet, and are told nothing of its end.
  if (!response.socket && request.socket) stopWaiting = onSocketClose(request.socket, closed);
  return account;
}

/** Whether the stream of an HTTP/2 response ended early: its response finishes in any case. */
function isCut({ stream }: NodeResponse & { readonly stream?: Http2Stream }): boolean {
  return stream !== undefined && (stream.aborted === true || stream.writableFinished === false);
}

interface Http2Stream {
  readonly aborted?: unknown;
  readonly writableFinished?: unknown;
}
