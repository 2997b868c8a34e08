/** The configurations of examples/deployment, as they stand but for addresses: what a service records arrives. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaintsAbout, Deployment } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';
import { Service, type ServiceOptions } from './support/service.ts';

const skip = missing(collector, newPrometheus);
const SERIES = 'conveyor_router_records_received_total';
const OWN = { source_id: 'kafka-source-1' };

const FILES = [
  'prometheus-scrapes/prometheus.yml',
  'prometheus-receives/prometheus.yml',
  'collector-agent/collector.yaml',
  'collector-agent/prometheus.yml',
  'collector-gateway/agent.yaml',
  'collector-gateway/gateway.yaml',
];

for (const file of FILES) {
  it(`${file} is right for the program that reads it`, { skip }, () => {
    strictEqual(complaintsAbout(file), '');
  });
}

describe('deployments', { concurrency: 2 }, () => {
  it('Prometheus scrapes: a service arrives under the name of the job', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const deployment = new Deployment(running);
    const address = await deployment.address('9464');
    await recordIn(running, { name: 'billing', address, env: { OTEL_METRICS_EXPORTER: 'prometheus' } });
    const store = await deployment.prometheus('prometheus-scrapes/prometheus.yml');
    await arrives(store, { ...OWN, job: 'pipelines', instance: address });
  });

  it('Prometheus receives: a service arrives with the attributes that are promoted', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const deployment = new Deployment(running);
    const store = await deployment.prometheus('prometheus-receives/prometheus.yml', '--web.enable-otlp-receiver');
    await push(running, 'billing', `http://${await deployment.address('9090')}/api/v1/otlp`);
    const promoted = { service_version: '1.2.3', deployment_environment_name: 'peers' };
    await arrives(store, { ...OWN, ...promoted, job: 'billing', instance: 'billing-1' });
  });

  it('a collector as agent: a service arrives with the labels of the contract', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const deployment = new Deployment(running);
    const flag = '--web.enable-remote-write-receiver';
    const store = await deployment.prometheus('collector-agent/prometheus.yml', flag);
    await deployment.collector('collector-agent/collector.yaml', '', []);
    await push(running, 'billing', `http://${await deployment.address('4318')}`);
    await arrives(store, { ...OWN, job: 'billing', instance: 'billing-1' });
  });

  it('agents and a gateway: services of two agents arrive in one store', { skip }, async () => {
    await using running = new AsyncDisposableStack();
    const deployment = new Deployment(running);
    const store = await deployment.prometheus(undefined, '--web.enable-remote-write-receiver');
    await deployment.collector('collector-gateway/gateway.yaml', 'gateway', ['13133', '8888']);
    for (const name of ['billing', 'shipping']) {
      await deployment.collector('collector-gateway/agent.yaml', name, ['4318', '13133', '8888']);
      await push(running, name, `http://${await deployment.address('4318', name)}`);
    }
    await arrives(
      store,
      { ...OWN, job: 'billing', instance: 'billing-1' },
      { ...OWN, job: 'shipping', instance: 'shipping-1' },
    );
  });
});

async function push(running: AsyncDisposableStack, name: string, endpoint: string): Promise<void> {
  const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const service = await recordIn(running, { name, env, resource: { 'service.instance.id': `${name}-1` } });
  await service.flush();
}

async function recordIn(running: AsyncDisposableStack, options: ServiceOptions): Promise<Service> {
  const service = running.use(await Service.start(options));
  await service.record(['recordRecordsReceived', OWN.source_id, 130]);
  return service;
}

/** Waits until the series is there with what was recorded, under these sets of labels and no others. */
async function arrives(store: PromqlApi, ...labelSets: Readonly<Record<string, string>>[]): Promise<void> {
  await eventually(async () => {
    const found = await store.query(SERIES);
    const byJob = found.toSorted((a, b) => ((a.labels['job'] ?? '') < (b.labels['job'] ?? '') ? -1 : 1));
    deepStrictEqual(
      byJob.map(({ labels }) => labels),
      labelSets,
    );
    for (const { value } of found) strictEqual(value, 130);
  });
}
