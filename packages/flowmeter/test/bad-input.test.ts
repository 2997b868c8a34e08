/** What the environment gets wrong: one line each, the documented default in its place, and the application runs on. */
import { match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { fixture, REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';

interface Case {
  readonly variable: string;
  readonly values: readonly string[];
  /** Ends the problem's line, after the value. */
  readonly told: string;
  /** In the start line, where what is used instead can be seen. */
  readonly started?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const OTLP_ONLY = { OTEL_METRICS_EXPORTER: 'otlp' };
const INTERVAL = 'allowed is an integer from 1 to 2147483647 (milliseconds); using 60000';
const TIMEOUT = 'allowed is milliseconds from 0 (no limit) to 2147483647; using';
const LIST = 'allowed is a list key=value,key=value with percent-encoded values; left out';
const PEM = 'allowed is the path of a readable PEM file;';
const PAIR = 'allowed is a client certificate together with its key; sending no client certificate';
const EVERY_MINUTE = /every 60 s$/;
const BOTH_EXPORTS = /metrics at http:\/\/localhost:\d+\/metrics( \(.+\))?; OTLP push to .* \(http\/protobuf\)/;

const CASES: readonly Case[] = [
  {
    variable: 'OTEL_METRICS_EXPORTER',
    values: ['zipkin', 'Prom', 'prometheus;otlp'],
    told: 'allowed is prometheus, otlp, console or none; using prometheus,otlp',
    started: BOTH_EXPORTS,
  },
  {
    variable: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    values: ['abc', '99999', '-1', '9464.5', '0x10', '9464 9465'],
    told: 'allowed is an integer from 0 to 65535 (0 picks a free port); using 9464',
    env: OTLP_ONLY,
  },
  {
    variable: 'OTEL_EXPORTER_PROMETHEUS_HOST',
    values: ['http://localhost', 'localhost:9464', 'not a host'],
    told: 'allowed is a host name or IP address, without scheme and port; using localhost',
    started: BOTH_EXPORTS,
  },
  // The endpoint for all signals, which the receiver's address is given by, stands in for the one for metrics.
  {
    variable: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    values: ['collector', 'localhost:4318', 'ftp://localhost', 'http://', 'http://[::1'],
    told: 'allowed is an http:// or https:// URL; left out',
  },
  { variable: 'OTEL_RESOURCE_ATTRIBUTES', values: ['team', 'team=a,=b', 'team=%', 'team=a,,'], told: LIST },
  {
    variable: 'OTEL_METRIC_EXPORT_INTERVAL',
    values: ['0', '-5', '1e3', '10s', '99999999999', 'NaN'],
    told: INTERVAL,
    started: EVERY_MINUTE,
  },
  {
    variable: 'FLOWMETER_EXIT_TIMEOUT_MS',
    values: ['-1', '60001', '1s'],
    told: 'allowed is an integer from 0 to 60000 (milliseconds; 0 pushes nothing at the end); using 1000',
  },
  { variable: 'OTEL_NODE_EXPERIMENTAL_SDK_METRICS', values: ['1'], told: 'allowed is true or false; using true' },
  { variable: 'OTEL_METRIC_EXPORT_TIMEOUT', values: ['-1', 'soon'], told: `${TIMEOUT} 30000` },
  { variable: 'OTEL_EXPORTER_OTLP_TIMEOUT', values: ['-1', '10s'], told: `${TIMEOUT} 10000` },
  { variable: 'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', values: ['1.5'], told: `${TIMEOUT} 10000` },
  { variable: 'OTEL_EXPORTER_OTLP_COMPRESSION', values: ['brotli'], told: 'allowed is none or gzip; using none' },
  { variable: 'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', values: ['zip'], told: 'allowed is none or gzip; using none' },
  {
    variable: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    values: ['thrift'],
    told: 'allowed is http/protobuf, http/json or grpc; using http/protobuf',
    started: BOTH_EXPORTS,
  },
  {
    variable: 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    values: ['http'],
    told: 'allowed is http/protobuf, http/json or grpc; using http/protobuf',
    started: BOTH_EXPORTS,
  },
  {
    variable: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    values: ['stateless'],
    told: 'allowed is cumulative, delta or lowmemory; using cumulative',
  },
  {
    variable: 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    values: ['exponential'],
    told: 'allowed is explicit_bucket_histogram or base2_exponential_bucket_histogram; using explicit_bucket_histogram',
  },
  {
    variable: 'FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION',
    values: ['native'],
    told: 'allowed is explicit_bucket_histogram or base2_exponential_bucket_histogram; using explicit_bucket_histogram',
  },
  {
    variable: 'FLOWMETER_PROMETHEUS_CREATED_SERIES_ENABLED',
    values: ['no'],
    told: 'allowed is true or false; using true',
  },
  {
    variable: 'OTEL_LOG_LEVEL',
    values: ['loud', '3'],
    told: 'allowed is none, error, warn, info, debug, verbose or all; using info',
  },
  {
    variable: 'OTEL_NODE_RESOURCE_DETECTORS',
    values: ['gcp'],
    told: 'allowed is env, host, os, process, serviceinstance, all or none; using all',
  },
  {
    variable: 'OTEL_METRICS_EXEMPLAR_FILTER',
    values: ['sampled'],
    told: 'allowed is trace_based, always_on or always_off; using trace_based',
  },
  { variable: 'FLOWMETER_ENGINE', values: ['fast'], told: 'allowed is flowmeter or sdk; using flowmeter' },
  { variable: 'OTEL_SDK_DISABLED', values: ['yes', '1'], told: 'allowed is true or false; using false' },
  {
    variable: 'OTEL_EXPORTER_OTLP_CERTIFICATE',
    values: ['/nowhere/ca.pem', '/'],
    told: `${PEM} trusting the authorities that Node trusts`,
  },
  {
    variable: 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
    values: ['/nowhere/client.pem'],
    told: `${PEM} sending no client certificate`,
  },
  { variable: 'OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', values: ['fixtures/certificate.pem'], told: PAIR },
  { variable: 'OTEL_EXPORTER_OTLP_CLIENT_KEY', values: ['fixtures/certificate.pem'], told: PAIR },
];

describe('one line on stderr, and the application runs on, for', { concurrency: 2 }, () => {
  for (const { variable, values, told, started, env } of CASES) {
    for (const value of values) {
      it(`${variable}=${value}`, async () => {
        await using receiver = await startOtlpReceiver();
        await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
          env: {
            OTEL_EXPORTER_PROMETHEUS_PORT: '0',
            OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
            // How long the last push may take is not what this is about.
            FLOWMETER_EXIT_TIMEOUT_MS: '20000',
            ...env,
            [variable]: value,
          },
        });
        const { code, stderr } = await app.end();
        strictEqual(code, 0);
        const [problem, start = ''] = stderr;
        strictEqual(problem, `flowmeter: ${variable} is ${JSON.stringify(value)}; ${told}`);
        match(start, started ?? /^flowmeter: .*OTLP push to http:\/\/localhost:\d+\/v1\/metrics/);
        strictEqual(stderr.length, 2, stderr.join('\n'));
        const received = receiver.metrics().find(({ name }) => name === 'conveyor_router_records_received');
        ok(received?.kind === 'sum' && received.value === 100.5 && received.temporality === 'cumulative');
      });
    }
  }
});

describe('a list', () => {
  it('loses only the members that are not allowed, a line for each', async () => {
    await using app = startApp([...REGISTER_FROM_SOURCE, '-e', ''], {
      env: { OTEL_METRICS_EXPORTER: 'prometheus,zipkin,,jaeger', OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
    });
    const { code, stderr } = await app.end();
    strictEqual(code, 0);
    match(stderr[0] ?? '', /^flowmeter: OTEL_METRICS_EXPORTER is "zipkin"; /);
    match(stderr[1] ?? '', /^flowmeter: OTEL_METRICS_EXPORTER is "jaeger"; /);
    match(stderr[2] ?? '', /^flowmeter: metrics at [^;]+$/);
    strictEqual(stderr.length, 3, stderr.join('\n'));
  });
});

describe('the defaults that take the place of what is not allowed', () => {
  it('include port 9464 and the collector on this machine', async () => {
    // The application ends before anything is pushed; another process may have the default port.
    await using app = startApp([...REGISTER_FROM_SOURCE, '-e', 'setTimeout(() => process.exit(0), 1e6)'], {
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: 'abc', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' },
    });
    const start = await app.line(/OTLP push to/);
    match(start, /OTLP push to http:\/\/localhost:4318\/v1\/metrics/);
    match(app.stderr.join('\n'), /metrics at http:\/\/localhost:9464\/metrics|port 9464 on localhost is in use/);
  });
});
