/**
 * What OpenTelemetry's operator does to a container for Node.js, as its release 0.158.0 does it in
 * internal/instrumentation: nodejs.go and sdk.go.
 */
import type { Container, EnvVar, KubernetesObject, Workload } from './manifests.ts';

export interface Instrumentation extends KubernetesObject {
  readonly spec: {
    readonly exporter: { readonly endpoint: string };
    readonly resource?: { readonly resourceAttributes?: Readonly<Record<string, string>> };
    readonly env?: readonly EnvVar[];
    readonly nodejs: { readonly image: string; readonly env?: readonly EnvVar[] };
  };
}

/** Where it puts what is in `/autoinstrumentation` of the image. */
export const MOUNTED = '/otel-auto-instrumentation-nodejs';

/** The container with the variables that it has then, in their order. */
export function injected(
  { spec }: Instrumentation,
  { metadata: { name: workload } }: Workload,
  container: Container,
  namespace: string,
): Container {
  const env: EnvVar[] = [fromField('OTEL_NODE_IP', 'status.hostIP'), fromField('OTEL_POD_IP', 'status.podIP')];
  env.push(...(container.env ?? []));
  const addIfNotSet = (...each: readonly EnvVar[]): void => {
    for (const one of each) if (!env.some(({ name }) => name === one.name)) env.push(one);
  };
  addIfNotSet(...(spec.nodejs.env ?? []), ...(spec.env ?? []));
  const own = env.findIndex(({ name }) => name === 'NODE_OPTIONS');
  const options = `${env[own]?.value ?? ''} --require ${MOUNTED}/autoinstrumentation.js`;
  env.splice(own === -1 ? env.length : own, 1, { name: 'NODE_OPTIONS', value: options });
  addIfNotSet(
    { name: 'OTEL_METRICS_EXPORTER', value: 'otlp' },
    { name: 'OTEL_SERVICE_NAME', value: workload },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: spec.exporter.endpoint },
  );
  env.push(
    fromField('OTEL_RESOURCE_ATTRIBUTES_POD_NAME', 'metadata.name'),
    fromField('OTEL_RESOURCE_ATTRIBUTES_NODE_NAME', 'spec.nodeName'),
  );
  const resource = {
    ...spec.resource?.resourceAttributes,
    'k8s.container.name': container.name,
    'k8s.deployment.name': workload,
    'k8s.namespace.name': namespace,
    'k8s.node.name': '$(OTEL_RESOURCE_ATTRIBUTES_NODE_NAME)',
    'k8s.pod.name': '$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME)',
    'service.instance.id': `${namespace}.$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME).${container.name}`,
    'service.namespace': namespace,
    'service.version': container.image.replace(/^.*:/, ''),
  };
  const pairs = Object.entries(resource).map((pair) => pair.join('='));
  return { ...container, env: [...env, { name: 'OTEL_RESOURCE_ATTRIBUTES', value: pairs.toSorted().join() }] };
}

function fromField(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
