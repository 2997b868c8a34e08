/** The manifests of examples/deployment/kubernetes by the schemas of what reads them, and that these tell mistakes. */
import { deepStrictEqual, match, notStrictEqual, strictEqual } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FOLDER } from './support/deployment.ts';
import {
  complaintsAboutManifest,
  objectIn,
  objectsIn,
  type KubernetesObject,
  type Workload,
} from './support/manifests.ts';
import type { Instrumentation } from './support/operator-injection.ts';
import { manifests, missing } from './support/peers.ts';

const skip = missing(manifests);
const KUBERNETES = join(FOLDER, 'kubernetes');
const MANIFESTS = globSync('**/*.yaml', { cwd: KUBERNETES }).toSorted();

for (const file of MANIFESTS) {
  it(`${file} is right by its schemas`, { skip }, () => {
    strictEqual(complaintsAboutManifest('kubernetes', join(KUBERNETES, file)), '');
  });
}

it('a workload has pods that it selects, and every probe and every named port is one of theirs', { skip }, () => {
  const workloads = MANIFESTS.flatMap((file) => objectsIn(join(KUBERNETES, file))).filter(isWorkload);
  deepStrictEqual(workloads.map(({ kind }) => kind).toSorted(), ['DaemonSet', 'Deployment', 'Deployment']);
  for (const { spec } of workloads) {
    strictEqual(selects(spec.selector.matchLabels, spec.template.metadata.labels), true);
    for (const { ports = [], livenessProbe, readinessProbe } of spec.template.spec.containers) {
      const names: readonly unknown[] = ports.map(({ name }) => name);
      for (const probe of [livenessProbe, readinessProbe]) {
        const port = probe?.httpGet.port;
        strictEqual(typeof port !== 'string' || names.includes(port), true, String(port));
      }
    }
  }
});

it(
  'the PodMonitor finds the pods of the Deployment, by a port that they have and a label that is theirs',
  { skip },
  () => {
    const { spec } = objectIn<PodMonitor>(join(KUBERNETES, 'pod-monitor.yaml'), 'PodMonitor');
    const { template } = objectIn<Workload>(join(KUBERNETES, 'deployment.yaml'), 'Deployment').spec;
    strictEqual(selects(spec.selector.matchLabels, template.metadata.labels), true);
    strictEqual(template.metadata.labels?.[spec.jobLabel], 'router');
    const [endpoint] = spec.podMetricsEndpoints;
    const port = template.spec.containers[0]?.ports?.find(({ name }) => name === endpoint?.port);
    const { 'prometheus.io/port': annotated, 'prometheus.io/path': path } = template.metadata.annotations ?? {};
    deepStrictEqual([String(port?.containerPort), endpoint?.path], [annotated, path]);
  },
);

it("the collector's Service leads to ports of its pods", { skip }, () => {
  const file = join(KUBERNETES, 'collector.yaml');
  const { spec } = objectIn<ClusterService>(file, 'Service');
  const { template } = objectIn<Workload>(file, 'DaemonSet').spec;
  strictEqual(selects(spec.selector, template.metadata.labels), true);
  const ports = template.spec.containers.flatMap(({ ports: own = [] }) =>
    own.map(({ containerPort }) => containerPort),
  );
  for (const { port } of spec.ports) strictEqual(ports.includes(port), true, String(port));
});

it("the Instrumentation pushes to the collector's Service, by HTTP", { skip }, () => {
  const file = join(KUBERNETES, 'opentelemetry-operator/instrumentation.yaml');
  const { exporter } = objectIn<Instrumentation>(file, 'Instrumentation').spec;
  const { metadata, spec } = objectIn<ClusterService>(join(KUBERNETES, 'collector.yaml'), 'Service');
  const port = spec.ports.find(({ name }) => name === 'otlp-http')?.port;
  strictEqual(exporter.endpoint, `http://${metadata.name}.${metadata.namespace}:${port}`);
});

describe('the schemas refuse', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowmeter-manifests-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const [deployment, podMonitor] = ['deployment.yaml', 'pod-monitor.yaml'] as const;
  const instrumentation = 'opentelemetry-operator/instrumentation.yaml';
  const selector = / {2}selector:\n {4}.*\n {6}.*\n/;
  const mistakes = [
    ['a misspelt field', deployment, 'periodSeconds', 'periodSecond', /'periodSecond' not allowed/],
    ['another type', deployment, 'replicas: 2', 'replicas: two', /\/spec\/replicas': got string, want integer/],
    ['an annotation that is no text', deployment, `'9464'`, '9464', /got number, want string/],
    ['the lack of a field', deployment, selector, '', /missing property 'selector'/],
    ['a version that there is not', deployment, 'apps/v1', 'apps/v9', /no schema is known of apps\/v9 Deployment/],
    ['a key that comes twice', deployment, 'replicas: 2', 'replicas: 2\n  replicas: 3', /already (?:set|defined)/],
    ['a misspelt field', podMonitor, 'jobLabel', 'jobLabels', /'jobLabels' not allowed/],
    ['another type', podMonitor, 'interval: 15s', 'interval: 15', /interval': got number, want string/],
    [
      'a value that is not allowed',
      podMonitor,
      'PrometheusProto',
      'Protobuf',
      /scrapeProtocols\/0': value must be one of/,
    ],
    ['the lack of a field', podMonitor, selector, '', /missing property 'selector'/],
    ['a misspelt field', instrumentation, 'nodejs:', 'nodeJs:', /'nodeJs' not allowed/],
    ['another type', instrumentation, /image: .*/, 'image: 24', /image': got number, want string/],
    ['the lack of a field', instrumentation, 'spec:', 'spec:\n  env: [{ value: a }]', /missing property 'name'/],
    ['metadata that there is not', instrumentation, 'name: flowmeter', 'label: a', /'label' not allowed/],
  ] as const;
  for (const [index, [what, file, right, wrong, told]] of mistakes.entries()) {
    it(`${what} in ${file}`, { skip }, async () => {
      const text = readFileSync(join(KUBERNETES, file), 'utf8');
      const mistaken = text.replace(right, wrong);
      notStrictEqual(mistaken, text);
      const copy = join(folder, `${index}.yaml`);
      await writeFile(copy, mistaken);
      match(complaintsAboutManifest('kubernetes', copy), told);
    });
  }
});

interface PodMonitor extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly jobLabel: string;
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

interface ClusterService extends KubernetesObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly name: string; readonly port: number }[];
  };
}

function isWorkload(object: KubernetesObject): object is Workload {
  return ['Deployment', 'DaemonSet'].includes(object.kind);
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
