import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { createServer } from 'node:http';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

export const ok = (_request: Request, response: Response): void => void response.send('ok');
export const pass = (_request: Request, _response: Response, next: NextFunction): void => next();
export const fail = (): void => {
  throw Object.assign(new Error('failed'), { stack: '' });
};

/** What an application counts for requests, one after the other. */
export async function countedBy(
  build: (app: Express) => unknown,
  ...requests: readonly string[]
): Promise<readonly string[]> {
  const { api, counted } = countedRequests();
  const app = express().disable('x-powered-by').set('env', 'test');
  app.use(api.express());
  build(app);
  await using served = await Served.by(createServer(app));
  for (const line of requests) {
    const [method, path = '/'] = line.split(' ');
    await served.fetch(path, method);
  }
  return counted(requests.length);
}

export function routerWith(build: (router: Router) => void): Router {
  const router = express.Router();
  build(router);
  return router;
}

export const users = (): Router => routerWith((router) => router.get('/users/:id', ok).get('/', ok));
