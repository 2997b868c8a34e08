import type * as promClient from 'prom-client';
import type { Call, Plan, Setting, Subject } from './contender.ts';

export const OURS = 'engine';
export const PEERS = ['sdk-metrics', 'prom-client', '@prometheus-io/client'] as const;
export type Peer = (typeof PEERS)[number];
/** Those that are compared. */
export const NAMES = [OURS, ...PEERS] as const;
export type Name = typeof OURS | Peer | 'typed array';

/** What a library can do of the matrix. What it has no call for is compared with what it has: its unbound call. */
export interface Abilities {
  /** The package that is measured, for its version. */
  readonly package: string | undefined;
  readonly calls: readonly Call[];
  readonly settings: readonly Setting[];
}

const ALL_CALLS = ['unbound', 'positional', 'bound'] as const;
const ALL_SETTINGS = ['plain', 'overflow', 'view', 'tracing'] as const;

export const CONTENDERS: Readonly<Record<Name, Abilities>> = {
  engine: { package: '@flowmeter/engine', calls: ALL_CALLS, settings: ALL_SETTINGS },
  'sdk-metrics': { package: '@opentelemetry/sdk-metrics', calls: ['unbound'], settings: ALL_SETTINGS },
  'prom-client': { package: 'prom-client', calls: ALL_CALLS, settings: ['plain'] },
  '@prometheus-io/client': { package: '@prometheus-io/client', calls: ALL_CALLS, settings: ['plain'] },
  'typed array': { package: undefined, calls: ['bound'], settings: ['plain'] },
};

export function isName(name: string | undefined): name is Name {
  return name !== undefined && Object.hasOwn(CONTENDERS, name);
}

/** Loads one library and no other: what else is loaded costs heap, and shapes that the compiler then knows. */
export async function load(name: Name): Promise<(plan: Plan) => Subject> {
  switch (name) {
    case 'engine':
      return (await import('./engine.ts')).createSubject;
    case 'sdk-metrics':
      return (await import('./sdk-metrics.ts')).createSubject;
    case 'typed array':
      return (await import('./typed-array.ts')).createSubject;
    case 'prom-client':
      return clientSubjects(await import('prom-client'));
    case '@prometheus-io/client':
      // Its types are stricter about labels; the calls are the same.
      return clientSubjects((await import('@prometheus-io/client')) as unknown as typeof promClient);
  }
}

async function clientSubjects(client: typeof promClient): Promise<(plan: Plan) => Subject> {
  const { createSubject } = await import('./prometheus-clients.ts');
  return (plan) => createSubject(client, plan);
}
