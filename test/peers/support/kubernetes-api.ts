import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pod } from './pods.ts';

const KIND = { apiVersion: 'v1', kind: 'Pod' } as const;

/**
 * The API server of a cluster that has some pods, as far as Prometheus asks it: it lists them, and tells of no change.
 * Its documents are as in https://kubernetes.io/docs/reference/using-api/api-concepts/.
 */
export class KubernetesApi implements AsyncDisposable {
  readonly #server: Server;
  readonly #pods: readonly object[];

  private constructor(pods: readonly Pod[]) {
    this.#pods = pods.map((pod, index) => ({
      ...KIND,
      ...pod,
      metadata: { ...pod.metadata, uid: `uid-${index}`, resourceVersion: '1' },
    }));
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://cluster');
      const isPods = pathname === '/api/v1/pods';
      response.writeHead(isPods ? 200 : 404, { 'content-type': 'application/json' });
      const event = (type: string, object: object): void =>
        void response.write(`${JSON.stringify({ type, object })}\n`);
      if (!isPods) {
        response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', code: 404 }));
      } else if (searchParams.get('watch') !== 'true') {
        const list = { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '1' }, items: this.#pods };
        response.end(JSON.stringify(list));
      } else if (searchParams.get('sendInitialEvents') === 'true') {
        for (const pod of this.#pods) event('ADDED', pod);
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        event('BOOKMARK', { ...KIND, metadata: { resourceVersion: '1', annotations } });
      } else {
        response.flushHeaders();
      }
    });
  }

  static async of(pods: readonly Pod[]): Promise<KubernetesApi> {
    const api = new KubernetesApi(pods);
    await once(api.#server.listen(0, '127.0.0.1'), 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
