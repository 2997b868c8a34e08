/** prom-client and its successor, @prometheus-io/client, which have one API between them. */
import type { ServerResponse } from 'node:http';
import type * as client from 'prom-client';
import { KEYS } from '../series.ts';
import { BOUNDARIES, type Contender, COUNTER, HELP, HISTOGRAM } from './contender.ts';

type Labels = Record<string, string>;

export function createContender({ Registry, Counter, Histogram }: typeof client): Contender {
  const registry = new Registry();
  const common = { help: HELP, labelNames: KEYS, registers: [registry] };
  const counter = new Counter({ ...common, name: COUNTER.exposed });
  const histogram = new Histogram({ ...common, name: HISTOGRAM.exposed, buckets: BOUNDARIES });
  const send = async (response: ServerResponse): Promise<void> => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  };
  return {
    count: (value, attributes) => counter.inc(attributes as Labels, value),
    observe: (value, attributes) => histogram.observe(attributes as Labels, value),
    answer: (_request, response) => void send(response),
    push: async () => {
      // A registry knows no second export. What it has is its text.
      await registry.metrics();
    },
  };
}
