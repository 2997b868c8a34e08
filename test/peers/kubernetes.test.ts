/** The manifests of examples/deployment/kubernetes: what they say is done on this machine, and a service arrives. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { buildPackages, REPOSITORY } from '../support/built-packages.ts';
import { fixture, startApp } from '../support/child-app.ts';
import { npm, reasonToBeOffline } from '../support/npm.ts';
import { withoutSelf } from '../support/self-metrics.ts';
import { complaintsAbout, Deployment, FOLDER } from './support/deployment.ts';
import { build, instructionsIn } from './support/dockerfile.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { KubernetesApi } from './support/kubernetes-api.ts';
import { objectIn, type Container, type KubernetesObject, type Workload } from './support/manifests.ts';
import { injected, MOUNTED, type Instrumentation } from './support/operator-injection.ts';
import { collector, manifests, missing, newPrometheus } from './support/peers.ts';
import { environmentOf, NAMESPACE, podOf, type Pod } from './support/pods.ts';
import type { PromqlApi } from './support/prometheus.ts';
import { Service } from './support/service.ts';

const KUBERNETES = join(FOLDER, 'kubernetes');
const OPERATOR = join(KUBERNETES, 'opentelemetry-operator');
const SERIES = 'conveyor_router_records_received_total';
const skip = missing(manifests, collector, newPrometheus);

it('kubernetes/prometheus.yml is right for the program that reads it', { skip }, () => {
  strictEqual(complaintsAbout('kubernetes/prometheus.yml'), '');
});

describe('in a cluster', { concurrency: 4 }, () => {
  before(() => {
    if (skip === false) buildPackages();
  });

  it('pods are scraped where their annotations say, and those that do not ask for it are not', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const deployment = objectIn<Workload>(join(KUBERNETES, 'deployment.yaml'), 'Deployment');
    const port = String(await freePort());
    const pod = podOf(deployment, { name: 'router-0' }, { 9464: port });
    const without = { 'prometheus.io/scrape': undefined };
    const internal = { 'prometheus.io/path': '/internal/metrics', 'prometheus.io/scheme': 'https' };
    const api = running.use(
      await KubernetesApi.of([
        pod,
        podOf(deployment, { name: 'internal-0', ip: '192.0.2.10', annotations: internal }),
        podOf(deployment, { name: 'ipv6-0', ip: '2001:db8::10' }),
        podOf(deployment, { name: 'port-0', ip: '192.0.2.11', annotations: { 'prometheus.io/port': undefined } }),
        podOf(deployment, { name: 'path-0', ip: '192.0.2.12', annotations: { 'prometheus.io/path': undefined } }),
        podOf(deployment, { name: 'not-0', ip: '192.0.2.13', annotations: without }),
        podOf(deployment, { name: 'false-0', ip: '192.0.2.14', annotations: { 'prometheus.io/scrape': 'false' } }),
        podOf(deployment, { name: 'ended-0', ip: '192.0.2.15', phase: 'Succeeded' }),
      ]),
    );
    await serviceOf(running, pod, `127.0.0.1:${port}`);
    const store = await new Deployment(running, api.url).prometheus('kubernetes/prometheus.yml');

    await eventually(async () => {
      const { activeTargets } = (await store.ask('targets')) as Targets;
      deepStrictEqual(activeTargets.map(({ scrapeUrl }) => scrapeUrl).toSorted(), [
        `http://127.0.0.1:${port}/metrics`,
        'http://192.0.2.11:9464/metrics',
        'http://192.0.2.12:9464/metrics',
        'http://[2001:db8::10]:9464/metrics',
        'https://192.0.2.10:9464/internal/metrics',
      ]);
    });
    const labels = { job: 'router', instance: `127.0.0.1:${port}`, namespace: NAMESPACE, pod: 'router-0' };
    await arrives(store, { ...labels, source_id: 'kafka-source-1' });
    const [info] = await store.query('target_info');
    deepStrictEqual(
      {
        ...labels,
        service_name: 'router',
        service_namespace: NAMESPACE,
        service_version: '1.2.3',
        service_instance_id: `${NAMESPACE}.router-0.router`,
        k8s_namespace_name: NAMESPACE,
        k8s_pod_name: 'router-0',
        k8s_node_name: 'node-1',
      },
      Object.fromEntries(
        Object.entries(info?.labels ?? {}).filter(([name]) => !/^(?:host|os|process|telemetry)_/.test(name)),
      ),
    );
  });

  it(
    'the probes fail when the application says so: one for what is not ready, both for what has failed',
    { skip },
    async () => {
      await using running = new AsyncDisposableStack();
      const deployment = objectIn<Workload>(join(KUBERNETES, 'deployment.yaml'), 'Deployment');
      const port = String(await freePort());
      const pod = podOf(deployment, { name: 'router-0' }, { 9464: port });
      const service = await serviceOf(running, pod, `127.0.0.1:${port}`);
      const { livenessProbe, readinessProbe } = containerOf(pod);
      const probe = async (): Promise<number[]> =>
        Promise.all(
          [livenessProbe, readinessProbe].map(async (each) => {
            const answer = await fetch(`http://127.0.0.1:${port}${each?.httpGet.path}`);
            await answer.arrayBuffer();
            return answer.status;
          }),
        );
      deepStrictEqual(await probe(), [200, 200]);
      await service.record(['broker', 'notReady']);
      deepStrictEqual(await probe(), [200, 503]);
      await service.record(['broker', 'ready']);
      deepStrictEqual(await probe(), [200, 200]);
      await service.record(['broker', 'failed']);
      deepStrictEqual(await probe(), [503, 503]);
    },
  );

  it('a collector on each node: a service arrives with the labels of the contract', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const file = join(KUBERNETES, 'collector.yaml');
    const { data } = objectIn<ConfigMap>(file, 'ConfigMap');
    const daemonSet = objectIn<Workload>(file, 'DaemonSet');
    const { args, image } = containerOf(podOf(daemonSet, { name: 'collector-0' }));
    deepStrictEqual(args, ['--config=/etc/collector/collector.yaml']);
    strictEqual(image, `otel/opentelemetry-collector-contrib:${collector.version}`);

    const deployment = new Deployment(running);
    const store = await deployment.prometheus(undefined, '--web.enable-remote-write-receiver');
    await deployment.collectorWith(data['collector.yaml'] ?? '', '', []);
    const endpoint = `http://${await deployment.address('4318')}`;
    const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const resource = { 'service.instance.id': 'router-1' };
    const service = running.use(await Service.start({ name: 'router', env, resource }));
    await service.record(['recordRecordsReceived', 'kafka-source-1', 130]);
    await service.flush();
    await arrives(store, { job: 'router', instance: 'router-1', source_id: 'kafka-source-1' });
  });

  it(
    'the operator loads flowmeter into an application: told of its pod, it pushes what its own packages record',
    { skip },
    async (context) => {
      await using running = new AsyncDisposableStack();
      const folder = await mkdtemp(join(tmpdir(), 'flowmeter-operator-'));
      running.defer(() => rm(folder, { recursive: true, force: true }));
      const offline = await reasonToBeOffline(folder);
      if (offline !== undefined) return context.skip(`the npm registry cannot be reached: ${offline}`);
      await build(instructionsIn(join(OPERATOR, 'Dockerfile')), {
        '/repository': REPOSITORY,
        '/packed': join(folder, 'packed'),
        '/autoinstrumentation': join(folder, 'autoinstrumentation'),
      });
      const instrumentation = objectIn<Instrumentation>(join(OPERATOR, 'instrumentation.yaml'), 'Instrumentation');
      const deployment = objectIn<Workload>(join(OPERATOR, 'deployment.yaml'), 'Deployment');
      const pod = podOf(deployment, { name: 'router-0' });
      const annotations = pod.metadata.annotations;
      deepStrictEqual(annotations, { 'instrumentation.opentelemetry.io/inject-nodejs': instrumentation.metadata.name });

      await using receiver = await startOtlpReceiver();
      const env = environmentOf(pod, injected(instrumentation, deployment, containerOf(pod), NAMESPACE));
      const mounted = join(folder, 'mounted');
      // As the init container does, which runs the image.
      await copyOf(join(folder, 'autoinstrumentation'), mounted);
      strictEqual(env['NODE_OPTIONS'], ` --require ${MOUNTED}/autoinstrumentation.js`);
      strictEqual(env['OTEL_EXPORTER_OTLP_ENDPOINT'], instrumentation.spec.exporter.endpoint);

      await using app = startApp(['app.mjs'], {
        cwd: await applicationOf(folder),
        env: {
          ...env,
          NODE_OPTIONS: env['NODE_OPTIONS'].replace(MOUNTED, mounted),
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        },
      });
      strictEqual(await app.line(/^recorded on/), 'recorded on others');
      const { code, stderr } = await app.end();
      deepStrictEqual([code, stderr.length], [0, 1], stderr.join('\n'));
      match(stderr[0] ?? '', /^flowmeter: OTLP push to http:\/\/localhost:\d+\/v1\/metrics/);
      const received = withoutSelf(receiver.metrics()).map((one) => [one.name, 'value' in one ? one.value : one.count]);
      deepStrictEqual(Object.fromEntries(received), {
        app_jobs: 4,
        conveyor_router_records_received: 100,
        conveyor_router_routing_latency_ms: 1,
      });
      const given = Object.entries(receiver.requests.at(-1)?.resource ?? {});
      deepStrictEqual(Object.fromEntries(given.filter(([name]) => /^(?:service|k8s|deployment)\./.test(name))), {
        'deployment.environment.name': 'production',
        'k8s.container.name': 'router',
        'k8s.deployment.name': 'router',
        'k8s.namespace.name': NAMESPACE,
        'k8s.node.name': 'node-1',
        'k8s.pod.name': 'router-0',
        'service.instance.id': `${NAMESPACE}.router-0.router`,
        'service.name': 'router',
        'service.namespace': NAMESPACE,
        'service.version': '1.2.3',
      });
    },
  );
});

interface Targets {
  readonly activeTargets: readonly { readonly scrapeUrl: string }[];
}

interface ConfigMap extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

/** The service as the only container of a pod, with something recorded. */
async function serviceOf(running: AsyncDisposableStack, pod: Pod, address: string): Promise<Service> {
  const env = environmentOf(pod, containerOf(pod));
  const service = running.use(await Service.start({ name: '', env, register: [], address }));
  await service.record(['recordRecordsReceived', 'kafka-source-1', 130]);
  return service;
}

function containerOf({ spec: { containers } }: Pod): Container {
  const [container] = containers;
  if (container === undefined || containers.length > 1) throw new Error(`there are ${containers.length} containers`);
  return container;
}

async function arrives(store: PromqlApi, labels: Readonly<Record<string, string>>): Promise<void> {
  await eventually(async () => {
    deepStrictEqual(await store.query(SERIES), [{ name: SERIES, labels, value: 130 }]);
  });
}

/** An application with packages of its own: copies of those in the image, but the oldest API that goes with them. */
async function applicationOf(parent: string): Promise<string> {
  const application = join(parent, 'application');
  await mkdir(application);
  await writeFile(join(application, 'package.json'), JSON.stringify({ name: 'application', private: true }));
  await cp(fixture('installed-app.mjs'), join(application, 'app.mjs'));
  const modules = join(application, 'node_modules');
  await copyOf(join(parent, 'autoinstrumentation/node_modules'), modules);
  const api = join(modules, '@opentelemetry/api');
  await rm(api, { recursive: true });
  await mkdir(api);
  await npm(['pack', '@opentelemetry/api@1.9', '--pack-destination', application], application);
  const tarball = (await readdir(application)).find((name) => name.endsWith('.tgz')) ?? '';
  await promisify(execFile)('tar', ['-xzf', tarball, '--strip-components=1', '-C', api], { cwd: application });
  return application;
}

/** By links, which Node takes for files of their own. */
async function copyOf(source: string, target: string): Promise<void> {
  await promisify(execFile)('cp', ['-al', source, target]);
}
