/** What may be chosen about the endpoint: by variables, by options, and by a web configuration file. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import fs from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { start } from 'flowmeter';
import { createConveyor } from 'flowmeter/conveyor';
import { metrics } from '@opentelemetry/api';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { isInsideContainerOnly } from '../src/container.ts';
import { SCRAPED_ONLY, started, startedWith } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const VARIABLES = {
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  OTEL_LOG_LEVEL: 'none',
  FLOWMETER_ENGINE: 'flowmeter',
};
const ENGINE = { ...SCRAPED_ONLY, engine: 'flowmeter' } as const;

async function textOf(url: string, accept?: string): Promise<string> {
  const response = await fetch(url, accept === undefined ? {} : { headers: { accept } });
  strictEqual(response.status, 200);
  return response.text();
}

/** A counter whose name and unit a strategy translates. */
function recordRequests(): void {
  metrics.getMeter('app', '1.2').createCounter('http.requests', { unit: 'By' }).add(7, { 'http.method': 'GET' });
}

describe('FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY', () => {
  for (const [strategy, line] of [
    ['UnderscoreEscapingWithSuffixes', 'http_requests_bytes_total{http_method="GET"} 7'],
    ['underscore_escaping_without_suffixes/development', 'http_requests{http_method="GET"} 7'],
    ['NoUTF8EscapingWithSuffixes', '{"http.requests_bytes_total","http.method"="GET"} 7'],
    ['no_translation/development', '{"http.requests","http.method"="GET"} 7'],
  ] as const) {
    it(`set to ${strategy} makes names so`, async () => {
      await using handle = await startedWith({ ...VARIABLES, FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY: strategy });
      recordRequests();
      const text = await textOf(handle.url, 'text/plain;version=1.0.0;escaping=allow-utf-8');
      ok(text.split('\n').includes(line), text);
    });
  }

  it('that there is not is one line, and the default is used', async (context) => {
    const { lines } = takeStderr(context);
    const variables = { ...VARIABLES, FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY: 'none', OTEL_LOG_LEVEL: 'error' };
    await using handle = await startedWith(variables);
    recordRequests();
    match(await textOf(handle.url), /^http_requests_bytes_total\{/m);
    deepStrictEqual(lines, [
      'flowmeter: FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY is "none"; allowed is UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes, NoUTF8EscapingWithSuffixes or NoTranslation; using UnderscoreEscapingWithSuffixes',
    ]);
  });

  it('is an option too, and refused there if there is no such strategy', async () => {
    const prometheus = { port: 0, translationStrategy: 'Nothing' as 'NoTranslation' };
    await rejects(start({ ...ENGINE, prometheus }), {
      name: 'RangeError',
      message: /^flowmeter: start\(\): prometheus\.translationStrategy is "Nothing"; allowed is Underscore/,
    });
  });
});

describe('labels of scope and resource', () => {
  it('E21: scope labels are off, and one variable turns them on', async () => {
    const scoped = /^http_requests_bytes_total\{otel_scope_name="app",otel_scope_version="1.2",http_method="GET"\} 7$/m;
    for (const [value, isOn] of [
      ['', false],
      ['true', true],
    ] as const) {
      await using handle = await startedWith({ ...VARIABLES, FLOWMETER_PROMETHEUS_SCOPE_INFO_ENABLED: value });
      recordRequests();
      strictEqual(scoped.test(await textOf(handle.url)), isOn);
    }
  });

  it('E22: target_info is there, and one variable turns it off', async () => {
    for (const [value, isOn] of [
      ['', true],
      ['false', false],
    ] as const) {
      await using handle = await startedWith({ ...VARIABLES, FLOWMETER_PROMETHEUS_TARGET_INFO_ENABLED: value });
      strictEqual(/^target_info\{/m.test(await textOf(handle.url)), isOn);
    }
  });

  it('E17 E18: resource attributes that are included and not excluded are labels, and stay in target_info', async () => {
    await using handle = await startedWith({
      ...VARIABLES,
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,service.version=3,k8s.pod.name=p-1',
      FLOWMETER_PROMETHEUS_RESOURCE_CONSTANT_LABELS_INCLUDED: 'service.*, k8s.pod.name',
      FLOWMETER_PROMETHEUS_RESOURCE_CONSTANT_LABELS_EXCLUDED: 'service.instance.id,service.name,service.ver?ion',
    });
    recordRequests();
    const text = await textOf(handle.url);
    match(text, /^http_requests_bytes_total\{k8s_pod_name="p-1",service_namespace="shop",http_method="GET"\} 7$/m);
    match(text, /^target_info\{.*service_version="3"/m);
  });
});

describe('start times', () => {
  for (const [value, isOn] of [
    ['', true],
    ['false', false],
  ] as const) {
    it(`C30 C34: ${isOn ? 'are' : 'may be left out as'} series of their own in OpenMetrics`, async () => {
      await using handle = await startedWith({ ...VARIABLES, FLOWMETER_PROMETHEUS_CREATED_SERIES_ENABLED: value });
      recordRequests();
      const text = await textOf(handle.url, 'application/openmetrics-text; version=1.0.0');
      strictEqual(/^http_requests_bytes_created\{http_method="GET"\} \d+(\.\d+)?$/m.test(text), isOn);
    });
  }
});

describe('FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION', () => {
  const latencies = [0.3, 7, 70_000];
  const powersOfTwo = /^conveyor_router_routing_latency_ms_bucket\{pipeline_id="p",le="4"\} 1$/m;

  it('gives the endpoint exponential histograms while the push keeps the buckets', async () => {
    await using receiver = await startOtlpReceiver();
    await using handle = await startedWith({
      ...VARIABLES,
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    });
    for (const latency of latencies) createConveyor().recordRoutingLatency('p', latency);
    match(await textOf(handle.url), powersOfTwo);
    await handle.forceFlush();
    const [series] = receiver.metrics();
    ok(series?.kind === 'histogram');
    strictEqual(series.boundaries.at(-1), 60_000);
  });

  it('is an option too, beside that of the push', async () => {
    await using receiver = await startOtlpReceiver();
    const histogramAggregation = 'base2_exponential_bucket_histogram';
    await using handle = await started({
      engine: 'flowmeter',
      prometheus: { port: 0, histogramAggregation },
      otlp: { endpoint: receiver.url, histogramAggregation },
      logLevel: 'none',
    });
    for (const latency of latencies) createConveyor().recordRoutingLatency('p', latency);
    match(await textOf(handle.url), powersOfTwo);
    await handle.forceFlush();
    strictEqual(receiver.metrics()[0]?.kind, 'exponentialHistogram');
  });
});

describe('prometheus.resourceConstantLabels', () => {
  const all = { a: '1', b: '2', 'c,d': '3', service_name: 's' };
  for (const [labels, expected] of [
    [{}, all],
    [{ included: [] }, {}],
    [{ included: [], excluded: ['b'] }, {}],
    [{ excluded: ['b'] }, { a: '1', 'c,d': '3', service_name: 's' }],
    [{ included: ['c,d', '?'] }, { a: '1', b: '2', 'c,d': '3' }],
    [{ included: ['a,b'] }, {}],
  ] as const) {
    for (const engine of ['flowmeter', 'sdk'] as const) {
      it(`of ${JSON.stringify(labels)} means with the engine ${engine} what it means to a reader`, async () => {
        const { a, b, 'c,d': cd } = all;
        await using handle = await started({
          ...SCRAPED_ONLY,
          engine,
          serviceName: 's',
          resourceDetectors: [],
          resourceAttributes: { a, b, 'c,d': cd },
          prometheus: { port: 0, resourceConstantLabels: labels },
        });
        metrics.getMeter('app').createCounter('done').add(1);
        const { samples } = await scrape(handle.url);
        const found = samples.find(({ name }) => name === 'done_total')?.labels ?? {};
        const ours = Object.entries(found).filter(([key]) => !/^telemetry_|^service_version$/.test(key));
        const wanted = Object.entries(expected).map(([key, value]) => [key.replace(',', '_'), value]);
        deepStrictEqual(Object.fromEntries(ours), Object.fromEntries(wanted));
      });
    }
  }

  it('takes the place of both variables', async () => {
    process.env['FLOWMETER_PROMETHEUS_RESOURCE_CONSTANT_LABELS_EXCLUDED'] = 'a';
    const prometheus = { port: 0, resourceConstantLabels: { included: ['a'] } };
    await using handle = await started({ ...ENGINE, resourceAttributes: { a: '1' }, prometheus });
    delete process.env['FLOWMETER_PROMETHEUS_RESOURCE_CONSTANT_LABELS_EXCLUDED'];
    metrics.getMeter('app').createCounter('done').add(1);
    strictEqual((await scrape(handle.url)).value('done_total', { a: '1' }), 1);
  });
});

describe('FLOWMETER_WEB_CONFIG_FILE', () => {
  it('guards the endpoint with a password', async () => {
    await using file = await webConfig(
      // The password is `pipeline`.
      "basic_auth_users:\n  prometheus: '$2b$04$nO0uKUkw41HlwMcl4m9.vOBs4BNqARnJPMg6cCRgGC98r0AGiYq7G'\n",
    );
    await using handle = await startedWith({ ...VARIABLES, FLOWMETER_WEB_CONFIG_FILE: file.path });
    const ask = async (password: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;
      return (await fetch(handle.url, { headers: { authorization } })).status;
    };
    deepStrictEqual([(await fetch(handle.url)).status, await ask('wrong'), await ask('pipeline')], [401, 401, 200]);
  });

  for (const [what, content, told] of [
    ['does not parse', 'basic_auth_users: [', /line 1/],
    ['has an unknown key', 'basic_auth_user: {}\n', /basic_auth_user/],
    ['has a password in the place of a hash', 'basic_auth_users:\n  prometheus: secret-word\n', /basic_auth_users/],
  ] as const) {
    it(`that ${what} keeps the endpoint closed, with one line, and the application runs on`, async (context) => {
      const { lines } = takeStderr(context);
      await using file = await webConfig(content);
      const prometheus = { port: 0, webConfigFile: file.path };
      await using handle = await started({ ...ENGINE, prometheus, logLevel: 'error' });
      createConveyor().recordRecordsReceived('s', 1);
      strictEqual(handle.prometheusUrl, undefined);
      const [line = '', ...more] = lines;
      deepStrictEqual(more, []);
      ok(
        line.startsWith(`flowmeter: the Prometheus endpoint is not open: prometheus.webConfigFile: ${file.path}: `),
        line,
      );
      match(line, told);
      ok(!line.includes('secret-word'));
    });
  }

  it('that is not there keeps the endpoint closed', async (context) => {
    const { lines } = takeStderr(context);
    const variables = { FLOWMETER_WEB_CONFIG_FILE: '/nowhere/web-config.yml', OTEL_LOG_LEVEL: 'error' };
    await using handle = await startedWith({ ...VARIABLES, ...variables });
    strictEqual(handle.prometheusUrl, undefined);
    deepStrictEqual(lines, [
      'flowmeter: the Prometheus endpoint is not open: FLOWMETER_WEB_CONFIG_FILE: /nowhere/web-config.yml: cannot be read (ENOENT); allowed is a readable YAML file',
    ]);
  });

  it("keeps OpenTelemetry's own endpoint closed, which could not guard itself", async (context) => {
    const { lines } = takeStderr(context);
    await using file = await webConfig('');
    const prometheus = { port: 0, webConfigFile: file.path };
    await using handle = await started({ ...SCRAPED_ONLY, engine: 'sdk', prometheus, logLevel: 'error' });
    strictEqual(handle.prometheusUrl, undefined);
    match(lines.join('\n'), /neither TLS nor passwords: leave it out, or use FLOWMETER_ENGINE=flowmeter$/);
  });
});

describe('health', () => {
  it('is what the application says of its components', async () => {
    await using handle = await started(ENGINE);
    const ask = async (path: string): Promise<unknown[]> => {
      const response = await fetch(handle.url.replace('/metrics', path));
      return [response.status, await response.json()];
    };
    deepStrictEqual(await ask('/health'), [200, { status: 'healthy', components: 0, pipelines: 0 }]);
    const kafka = handle.health.component('kafka');
    const starting = [{ name: 'kafka', status: 'not ready', reason: 'starting' }];
    deepStrictEqual(await ask('/ready'), [503, { status: 'not ready', components: starting, pipelines: [] }]);
    kafka.ready();
    const ready = [{ name: 'kafka', status: 'ready' }];
    deepStrictEqual(await ask('/ready'), [200, { status: 'ready', components: ready, pipelines: [] }]);
    kafka.failed('not authorized');
    const failed = [{ name: 'kafka', reason: 'not authorized' }];
    deepStrictEqual(await ask('/health'), [503, { status: 'unhealthy', failed }]);
  });
});

describe('the start line', () => {
  const hint = /metrics at http:\S+ \(inside this container only: OTEL_EXPORTER_PROMETHEUS_HOST=0\.0\.0\.0 opens it/;
  const container = { ...VARIABLES, OTEL_LOG_LEVEL: 'info', KUBERNETES_SERVICE_HOST: '10.0.0.1' };

  it('says in a container which variable opens the endpoint to the network', async (context) => {
    const { lines } = takeStderr(context);
    await using _ = await startedWith(container);
    match(lines.join('\n'), hint);
  });

  for (const host of ['localhost', '127.0.0.1', '0.0.0.0:9464']) {
    it(`says so as well where the host was set to ${host}`, async (context) => {
      const { lines } = takeStderr(context);
      await using _ = await startedWith({ ...container, OTEL_EXPORTER_PROMETHEUS_HOST: host });
      match(lines.at(-1) ?? '', hint);
    });
  }

  it('says in a container which option opens the endpoint to the network, where that was given', async (context) => {
    const { lines } = takeStderr(context);
    process.env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
    context.after(() => delete process.env['KUBERNETES_SERVICE_HOST']);
    await using _ = await started({ ...ENGINE, prometheus: { host: 'localhost', port: 0 }, logLevel: 'info' });
    match(lines.join('\n'), /\(inside this container only: prometheus\.host=0\.0\.0\.0 opens it to the network\)$/);
  });

  it('does not say so where the network reaches the endpoint', async (context) => {
    const { lines } = takeStderr(context);
    await using _ = await startedWith({ ...container, OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' });
    match(lines.join('\n'), /^flowmeter: metrics at http:\S+$/);
  });

  for (const [environment, isContainer] of [
    [{ ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/a' }, true],
    [{ ECS_CONTAINER_METADATA_URI: 'http://169.254.170.2/v3/a' }, true],
    [{ KUBERNETES_SERVICE_HOST: '' }, false],
  ] as const) {
    it(`takes ${JSON.stringify(environment)} ${isContainer ? '' : 'not '}for a container`, (context) => {
      context.mock.method(fs, 'existsSync', () => false);
      strictEqual(isInsideContainerOnly('localhost', environment), isContainer);
    });
  }
});

async function webConfig(content: string): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'flowmeter-web-config-'));
  const path = join(folder, 'web-config.yml');
  await writeFile(path, content);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
