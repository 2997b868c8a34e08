/** The image for OpenTelemetry's operator: built as its Dockerfile says, and loaded as the operator loads it. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { buildPackages, REPOSITORY } from '../support/built-packages.ts';
import { fixture, startApp } from '../support/child-app.ts';
import { reasonToBeOffline } from '../support/npm.ts';
import { withoutSelf } from '../support/self-metrics.ts';
import { FOLDER } from './support/deployment.ts';
import { build, instructionsIn } from './support/dockerfile.ts';
import { objectIn, type Workload } from './support/manifests.ts';
import { injected, MOUNTED, type Instrumentation } from './support/operator-injection.ts';
import { manifests, missing } from './support/peers.ts';
import { environmentOf, NAMESPACE, podOf } from './support/pods.ts';

const OPERATOR = join(FOLDER, 'kubernetes/opentelemetry-operator');
const skip = missing(manifests);

let folder: string;
let offline: string | undefined;

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'flowmeter-operator-'));
  offline = await reasonToBeOffline(folder);
  if (offline !== undefined) return;
  buildPackages();
  await build(instructionsIn(join(OPERATOR, 'Dockerfile')), {
    '/repository': REPOSITORY,
    '/packed': join(folder, 'packed'),
    '/autoinstrumentation': join(folder, 'autoinstrumentation'),
  });
});
after(() => (skip === false ? rm(folder, { recursive: true, force: true }) : undefined));

it(
  'an application without flowmeter pushes, told of its pod, and so does what it has installed itself',
  { skip },
  async (context) => {
    if (offline !== undefined) return context.skip(`the npm registry cannot be reached: ${offline}`);
    const instrumentation = objectIn<Instrumentation>(join(OPERATOR, 'instrumentation.yaml'), 'Instrumentation');
    const deployment = objectIn<Workload>(join(OPERATOR, 'deployment.yaml'), 'Deployment');
    const pod = podOf(deployment, { name: 'router-0' });
    const annotations = pod.metadata.annotations;
    deepStrictEqual(annotations, { 'instrumentation.opentelemetry.io/inject-nodejs': instrumentation.metadata.name });

    await using receiver = await startOtlpReceiver();
    const [container] = pod.spec.containers;
    if (container === undefined) throw new Error('there is no container');
    const env = environmentOf(pod, injected(instrumentation, deployment, container, NAMESPACE));
    const mounted = join(folder, 'mounted');
    // As the init container does, which runs the image.
    await cp(join(folder, 'autoinstrumentation'), mounted, { recursive: true });
    strictEqual(env['NODE_OPTIONS'], ` --require ${MOUNTED}/autoinstrumentation.js`);
    match(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '', /^http:\/\/collector\.observability:4318$/);

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

/** An application with packages of its own, copies of those in the image. */
async function applicationOf(parent: string): Promise<string> {
  const application = join(parent, 'application');
  await mkdir(application);
  await writeFile(join(application, 'package.json'), JSON.stringify({ name: 'application', private: true }));
  await cp(fixture('installed-app.mjs'), join(application, 'app.mjs'));
  await copyOf(join(parent, 'autoinstrumentation/node_modules'), join(application, 'node_modules'));
  return application;
}

/** By links, which Node takes for files of their own. */
async function copyOf(source: string, target: string): Promise<void> {
  await promisify(execFile)('cp', ['-al', source, target]);
}
