/** What a cluster makes of the template of a pod. */
import type { Container, EnvVar, ObjectMeta, PodTemplate, Workload } from './manifests.ts';

/** A pod, as far as Prometheus looks into it, and what its containers may be told of it. */
export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec: PodTemplate['spec'] & { readonly nodeName: string };
  readonly status: { readonly phase: string; readonly podIP: string; readonly hostIP: string };
}

export interface Placement {
  readonly name: string;
  readonly ip?: string;
  readonly phase?: string;
  /** In the place of those of the template, or beside them; `undefined` takes one away. */
  readonly annotations?: Readonly<Record<string, string | undefined>>;
}

export const NAMESPACE = 'shop';
const NODE = { name: 'node-1', ip: '192.0.2.1' } as const;

/** @param ports the numbers that ports of the manifest have on this machine */
export function podOf(
  { spec: { template } }: Workload,
  { name, ip = '127.0.0.1', phase = 'Running', annotations = {} }: Placement,
  ports: Readonly<Record<string, string>> = {},
): Pod {
  const given = Object.entries({ ...template.metadata.annotations, ...annotations });
  const kept = given.filter((each): each is [string, string] => each[1] !== undefined);
  const pod: Pod = {
    metadata: { ...template.metadata, annotations: Object.fromEntries(kept), name, namespace: NAMESPACE },
    spec: { ...template.spec, nodeName: NODE.name },
    status: { phase, podIP: ip, hostIP: NODE.ip },
  };
  const text = JSON.stringify(pod).replaceAll(/\b\d{4,5}\b/g, (port) => ports[port] ?? port);
  return JSON.parse(text) as Pod;
}

/** The variables of a container: fields of its pod are put in, and `$(NAME)` is what an earlier variable has. */
export function environmentOf(pod: Pod, { env = [] }: Container): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const each of env) {
    const text = each.value ?? fieldOf(pod, each);
    variables[each.name] = text.replaceAll(/\$\((\w+)\)/g, (reference, name: string) => variables[name] ?? reference);
  }
  return variables;
}

function fieldOf(pod: Pod, { name, valueFrom }: EnvVar): string {
  const path = valueFrom?.fieldRef?.fieldPath ?? '';
  let value: unknown = pod;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== 'string') throw new Error(`${name} has no value: a pod has no ${path}`);
  return value;
}
