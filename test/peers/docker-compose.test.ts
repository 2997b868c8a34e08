/** The project of examples/deployment/docker-compose: right as it stands, and what it runs fills its dashboards. */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { buildPackages, REPOSITORY } from '../support/built-packages.ts';
import { startApp, type ChildApp } from '../support/child-app.ts';
import { asked, dashboardsIn, valuesOf, type Dashboard } from './support/dashboards.ts';
import { complaintsAbout, Deployment, FOLDER } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { complaintsAboutDashboard } from './support/grafana-schema.ts';
import { complaintsAboutManifest, read } from './support/manifests.ts';
import { collector, grafanaSchema, manifests, missing, newPrometheus } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';

const PROJECT = join(FOLDER, 'docker-compose');
const FILE = join(PROJECT, 'docker-compose.yaml');
const DASHBOARDS = dashboardsIn(join(PROJECT, 'grafana/dashboards'));
const PROVISIONING = join(PROJECT, 'grafana/provisioning');

interface Project {
  readonly services: Readonly<Record<string, ComposeService>>;
}

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

const skipChecks = missing(manifests);
const skip = missing(manifests, collector, newPrometheus);

it('docker-compose.yaml is right by the schema of the Compose specification', { skip: skipChecks }, () => {
  strictEqual(complaintsAboutManifest('compose', FILE), '');
});

describe('the schema refuses', () => {
  const mistakes = [
    ['a misspelt field', 'working_dir', 'work_dir', /services\.service\.work_dir/],
    ['another type', 'command: [--config=', 'command: [1, --config=', /services\.collector\.command/],
    ['the lack of an image', /image: grafana.*/, '', /"grafana" has neither an image nor a build context/],
    [
      'a service that there is not',
      'depends_on: [collector]',
      'depends_on: [colector]',
      /undefined service "colector"/,
    ],
    ['a volume that there is not', '- prometheus:/p', '- promtheus:/p', /undefined volume promtheus/],
  ] as const;
  for (const [what, right, wrong, told] of mistakes) {
    it(what, { skip: skipChecks }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'flowmeter-compose-'));
      try {
        const text = readFileSync(FILE, 'utf8');
        const mistaken = text.replace(right, wrong);
        notStrictEqual(mistaken, text);
        await writeFile(join(folder, 'docker-compose.yaml'), mistaken);
        match(complaintsAboutManifest('compose', join(folder, 'docker-compose.yaml')), told);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});

it(
  'every image is of one version, those that are tried here of the version that is tried',
  { skip: skipChecks },
  () => {
    const images = Object.values(project().services).map(({ image }) => image);
    for (const image of images) match(image, /^[\w./-]+:v?\d+\.\d+\.\d+(?:-[\w-]+)?$/);
    ok(images.includes(`otel/opentelemetry-collector-contrib:${collector.version}`), images.join());
    ok(images.includes(`prom/prometheus:v${newPrometheus.version}`), images.join());
    const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      readonly devDependencies: { readonly node: string };
    };
    ok(images.includes(`node:${devDependencies.node}-bookworm-slim`), images.join());
  },
);

it('all files and folders that are mounted are there', { skip: skipChecks }, () => {
  const mounted = Object.values(project().services).flatMap(({ volumes }) => volumes);
  const sources = mounted.filter(({ type }) => type === 'bind').map(({ source }) => source);
  deepStrictEqual(
    sources.filter((source) => !existsSync(source)),
    [],
  );
  strictEqual(sources.length, 5);
});

for (const file of ['docker-compose/prometheus.yml', 'docker-compose/collector.yaml']) {
  it(`${file} is right for the program that reads it`, { skip }, () => {
    strictEqual(complaintsAbout(file), '');
  });
}

it('Grafana is given the dashboards that are mounted, and the data source that they name', { skip: skipChecks }, () => {
  const { volumes, environment = {} } = serviceOf('grafana');
  const folder = volumes.find(({ source }) => source === join(PROJECT, 'grafana/dashboards'))?.target;
  const { providers } = read('yaml', join(PROVISIONING, 'dashboards/dashboards.yaml')) as Providers;
  deepStrictEqual(
    providers.map(({ type, options }) => [type, options.path]),
    [['file', folder]],
  );
  ok(volumes.some(({ source, target }) => source === PROVISIONING && target === '/etc/grafana/provisioning'));
  const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
  ok(
    [...DASHBOARDS.keys()].some((file) => home === `${folder}/${file}`),
    home,
  );

  const { datasources } = read('yaml', join(PROVISIONING, 'datasources/prometheus.yaml')) as DataSources;
  deepStrictEqual(
    datasources.map(({ url }) => url),
    ['http://prometheus:9090'],
  );
  const [{ type, uid } = { type: '', uid: '' }] = datasources;
  for (const { panels, templating } of DASHBOARDS.values()) {
    for (const { datasource } of [...panels, ...templating.list]) deepStrictEqual(datasource, { type, uid });
  }
});

describe("Grafana's schema", () => {
  const skipSchema = missing(grafanaSchema);
  for (const [file, dashboard] of DASHBOARDS) {
    it(`allows all that ${file} has`, { skip: skipSchema }, async () => {
      strictEqual(await complaintsAboutDashboard(dashboard), '');
    });
  }

  const text = JSON.stringify(DASHBOARDS.get('conveyor.json'));
  const mistakes = [
    ['a misspelt field', '"gridPos"', '"gridPosition"', /'"gridPosition"' does not exist/],
    ['another type', '"fillOpacity":10', '"fillOpacity":"10"', /'string' is not assignable to type 'number'/],
    ['the lack of a field', '"showLegend":true,', '', /'showLegend' is missing/],
    ['a value that is not allowed', '"colorMode":"value"', '"colorMode":"vale"', /'"vale"' is not assignable/],
    ['a panel that there is not', '"type":"stat"', '"type":"stats"', /'statsOptions'/],
  ] as const;
  for (const [what, right, wrong, told] of mistakes) {
    it(`refuses ${what}`, { skip: skipSchema }, async () => {
      const mistaken = text.replace(right, wrong);
      notStrictEqual(mistaken, text);
      match(await complaintsAboutDashboard(JSON.parse(mistaken) as Dashboard), told);
    });
  }
});

it("Conveyor's dashboard has the queries of its documentation", () => {
  const panels = DASHBOARDS.get('conveyor.json')?.panels ?? [];
  deepStrictEqual(
    panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    [
      'rate(conveyor_router_records_received_total[1m])',
      'histogram_quantile(0.99, rate(conveyor_router_routing_latency_ms_bucket[5m]))',
      'conveyor_router_buffer_utilization',
      'changes(conveyor_router_raft_is_leader[1h])',
    ],
  );
});

describe('what the project runs', { concurrency: 4 }, () => {
  const running = new AsyncDisposableStack();
  const ports = new Deployment(running);
  let store: PromqlApi;
  let service: ChildApp;
  let endpoint: string;

  before(async () => {
    if (skip !== false) return;
    buildPackages();
    const flags = (serviceOf('prometheus').command ?? []).filter((flag) => flag.startsWith('--web.'));
    store = await ports.prometheus(configurationOf('prometheus', '--config.file='), ...flags);
    await ports.collector(configurationOf('collector', '--config='), '', []);
    const { command = [], environment } = serviceOf('service');
    endpoint = await ports.address('9464');
    strictEqual(environment?.['OTEL_EXPORTER_OTLP_ENDPOINT'], 'http://collector:4318');
    service = startApp(command.slice(1), {
      cwd: REPOSITORY,
      limitMs: 300_000,
      env: {
        ...environment,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${await ports.address('4318')}`,
        OTEL_EXPORTER_PROMETHEUS_PORT: endpoint.replace(/^.*:/, ''),
        // For a test that waits for the second push; rates are of any two.
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
      },
    });
    running.use(service);
  });
  after(() => running.disposeAsync());

  it('the service is healthy for docker, and ends in order when it is told to', { skip }, async () => {
    const { command = [], environment } = serviceOf('service');
    const [kind, ...test] = serviceOf('service').healthcheck?.test ?? [];
    deepStrictEqual([kind, test[0]], ['CMD', 'node']);
    await using own = startApp(command.slice(1), {
      cwd: REPOSITORY,
      env: { ...environment, OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
    });
    const { host } = new URL(await own.prometheusUrl());
    const check = test.slice(1).map((word) => word.replace('localhost:9464', host.replace('0.0.0.0', 'localhost')));
    await eventually(() => promisify(execFile)(process.execPath, check));
    own.signal('SIGTERM');
    const { code, signal } = await own.ended;
    deepStrictEqual([code, signal], [0, null]);
  });

  it('deltaforge.json: the pipeline that runs is counted as running, and as nothing else', { skip }, async () => {
    const dashboard = DASHBOARDS.get('deltaforge.json');
    const targets = dashboard?.panels.find(({ title }) => title === 'Pipelines by status')?.targets ?? [];
    await eventually(async () => {
      const counts = targets.map(({ expr }) => store.valueOf(dashboard ? asked(expr, dashboard) : expr));
      deepStrictEqual(await Promise.all(counts), [1, 0, 0, 0]);
    });
  });

  for (const [file, dashboard] of DASHBOARDS) {
    for (const { title, targets } of dashboard.panels) {
      it(`${file}: ${title} has data`, { skip }, async () => {
        for (const { expr } of targets) {
          await eventually(async () => {
            const found = await store.query(asked(expr, dashboard));
            const isData = expr.includes('rate(') ? (value: number) => value > 0 : Number.isFinite;
            ok(
              found.some(({ value }) => isData(value)),
              `${expr} finds ${JSON.stringify(found)}`,
            );
          });
        }
      });
    }
    for (const variable of dashboard.templating.list) {
      it(`${file}: the variable ${variable.name} has values`, { skip }, async () => {
        const query = asked(valuesOf(variable), dashboard);
        await eventually(async () => notStrictEqual((await store.query(query)).length, 0, query));
      });
    }
  }
});

interface Providers {
  readonly providers: readonly { readonly type: string; readonly options: { readonly path: string } }[];
}

interface DataSources {
  readonly datasources: readonly { readonly type: string; readonly uid: string; readonly url: string }[];
}

function project(): Project {
  return read('compose', FILE) as Project;
}

function serviceOf(name: string): ComposeService {
  const found = project().services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

/** The file that a program is told to read, as it is before it is mounted; from the folder of all deployments. */
function configurationOf(name: string, flag: string): string {
  const { command = [], volumes } = serviceOf(name);
  const path = command.find((word) => word.startsWith(flag))?.slice(flag.length);
  const source = volumes.find(({ target }) => target === path)?.source;
  if (source === undefined) throw new Error(`${name} is told to read ${path}, which is not mounted`);
  return relative(FOLDER, source);
}
