import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';

/** Answers with a status, the words for it and nothing else. */
export function answerBriefly(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...type, ...headers }).end(`${STATUS_CODES[status] ?? status}\n`);
}
