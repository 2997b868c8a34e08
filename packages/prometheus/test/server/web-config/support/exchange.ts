import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Authorizer } from '../../../../src/server/web-config/authorizer.ts';

/** What an authorizer makes of an Authorization header: 200 if the request may go on. */
export async function verdictOn(authorize: Authorizer, authorization: string | undefined): Promise<number> {
  const request = new IncomingMessage(new Socket());
  if (authorization !== undefined) request.headers.authorization = authorization;
  const response = new ServerResponse(request);
  return (await authorize(request, response)) ? 200 : response.statusCode;
}
