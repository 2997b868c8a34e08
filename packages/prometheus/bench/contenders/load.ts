import type * as promClient from 'prom-client';
import type { Contender, Plan } from './contender.ts';

export const OURS = 'flowmeter';
/** Those that are compared, with the packages that are measured. */
export const CONTENDERS = {
  [OURS]: '@flowmeter/prometheus',
  'flowmeter on sdk-metrics': '@opentelemetry/sdk-metrics',
  'exporter-prometheus': '@opentelemetry/exporter-prometheus',
  'prom-client': 'prom-client',
  '@prometheus-io/client': '@prometheus-io/client',
} as const;

export type Name = keyof typeof CONTENDERS;
export const NAMES = Object.keys(CONTENDERS) as readonly Name[];

export function isName(name: string | undefined): name is Name {
  return name !== undefined && Object.hasOwn(CONTENDERS, name);
}

/** Loads one library and no other: what else is loaded costs heap, and shapes that the compiler then knows. */
export async function load(name: Name): Promise<(plan: Plan) => Contender> {
  switch (name) {
    case OURS:
      return (await import('./flowmeter.ts')).createContender;
    case 'flowmeter on sdk-metrics':
      return (await import('./flowmeter-on-sdk-metrics.ts')).createContender;
    case 'exporter-prometheus':
      return (await import('./exporter-prometheus.ts')).createContender;
    case 'prom-client':
      return clientContenders(await import('prom-client'));
    case '@prometheus-io/client':
      // Its types are stricter about labels; the calls are the same.
      return clientContenders((await import('@prometheus-io/client')) as unknown as typeof promClient);
  }
}

async function clientContenders(client: typeof promClient): Promise<(plan: Plan) => Contender> {
  const { createContender } = await import('./prometheus-clients.ts');
  return () => createContender(client);
}
