/** The reader's options and its failures. */
import { MeterProvider } from '@flowmeter/engine';
import {
  fromDeclarativeConfig,
  PrometheusReader,
  type DeclarativePrometheusConfig,
  type PrometheusReaderOptions,
} from '@flowmeter/prometheus';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { reading, withoutDurations } from '../support/reading.ts';

const WRONG: readonly (readonly [options: unknown, told: RegExp])[] = [
  [
    { translationStrategy: 'None' },
    /^translationStrategy is "None"; allowed is one of UnderscoreEscapingWithSuffixes, /,
  ],
  [{ scopeInfoEnabled: 'yes' }, /^scopeInfoEnabled is "yes"; allowed is true or false$/],
  [{ createdSeriesEnabled: 'no' }, /^createdSeriesEnabled is "no"; allowed is true or false$/],
  [{ resourceConstantLabels: ['a'] }, /^resourceConstantLabels is \[ 'a' \]; allowed is \{ included/],
  [{ resourceConstantLabels: { include: ['a'] } }, /^resourceConstantLabels is \{ include: \[ 'a' \] \}; allowed is/],
  [{ resourceConstantLabels: { included: [1n] } }, /^resourceConstantLabels is \{ included: \[ 1n \] \}; allowed is/],
  [{ cardinalityLimit: 5 }, /^cardinalityLimit is 5; allowed is a function of the instrument type$/],
  [{ cardinalityLimit: NaN }, /^cardinalityLimit is NaN; allowed is a function of the instrument type$/],
  [{ translationStrategy: 5n }, /^translationStrategy is 5n; allowed is one of /],
  [{ scopeInfoEnabled: () => true }, /^scopeInfoEnabled is \[Function: scopeInfoEnabled\]; allowed is true or false$/],
  [null, /^options is null; allowed is an object$/],
  [[], /^options is \[\]; allowed is an object$/],
  ['None', /^options is "None"; allowed is an object$/],
  [{ withoutScopeInfo: true }, /^withoutScopeInfo is not an option; allowed are /],
];

for (const [options, message] of WRONG) {
  test(`the options ${inspect(options)} are refused with what is allowed`, () => {
    assert.throws(() => new PrometheusReader(options as PrometheusReaderOptions), { message });
  });
}

test('E14: the default aggregation may be chosen, by the type of the instrument', async () => {
  const { provider, text } = reading({
    defaultAggregation: () => ({ type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [5] } }),
  });
  provider.getMeter('m').createHistogram('h').record(3);
  assert.match(await text(), /^h_bucket\{le="5"\} 1$/m);
});

test('a cardinality limit may be chosen, by the type of the instrument', async () => {
  const { provider, samples } = reading({ cardinalityLimit: () => 1 });
  const counter = provider.getMeter('m').createCounter('c');
  for (const a of ['1', '2', '3']) counter.add(1, { a });
  assert.ok((await samples()).includes('c_total{otel_metric_overflow="true"} 2'));
});

test('only the families that are asked for are in a body, by the name of the family or of its samples', async () => {
  const { provider, reader } = reading();
  const meter = provider.getMeter('m');
  meter.createCounter('c').add(1);
  meter.createHistogram('h').record(1);
  meter.createGauge('g').record(1);
  const rendition = { format: 'text', escaping: 'underscores', contentType: '' } as const;
  const typesOf = async (...names: string[]): Promise<string[]> => {
    const body = await reader.render({ rendition, names: new Set(names), timeoutMs: undefined });
    return Array.from(
      Buffer.concat(body)
        .toString()
        .matchAll(/^# TYPE (\S+)/gm),
      ([, name = '']) => name,
    );
  };
  assert.deepEqual(await typesOf('c_total', 'g'), ['c_total', 'g']);
  assert.deepEqual(await typesOf('h_bucket'), ['h']);
  assert.deepEqual(await typesOf('target_info'), ['target_info']);
  assert.deepEqual(await typesOf('nothing'), []);
});

test('a reader without a provider, or with one that was shut down, says so', async () => {
  const rendition = { format: 'text', escaping: 'underscores', contentType: '' } as const;
  const request = { rendition, names: undefined, timeoutMs: undefined };
  const reader = new PrometheusReader();
  await assert.rejects(reader.render(request), { message: 'the reader belongs to no meter provider yet' });
  const provider = new MeterProvider({ readers: [reader] });
  await reader.render(request);
  await provider.shutdown();
  await assert.rejects(reader.render(request), { message: 'the meter provider has been shut down' });
});

test('a callback that fails is one warning, a count, and costs only its own data', async (context) => {
  const warnings = takeWarnings(context);
  const { provider, reader, samples } = reading();
  reader.setMeterProvider(provider);
  const meter = provider.getMeter('m');
  meter.createCounter('c').add(1);
  meter.createObservableGauge('g').addCallback(() => {
    throw new Error('no connection');
  });
  assert.deepEqual(withoutDurations(await samples()), ['c_total 1']);
  await samples();
  assert.deepEqual(warnings, ['flowmeter: Prometheus endpoint: a callback failed: no connection']);
  assert.ok((await samples()).includes('flowmeter_prometheus_failed_callbacks_total 3'));
});

test('a callback that hangs is left out when its time is over', async (context) => {
  const warnings = takeWarnings(context);
  const { provider, reader } = reading();
  const meter = provider.getMeter('m');
  meter.createCounter('c').add(1);
  meter.createObservableGauge('g').addCallback(() => new Promise(() => {}));
  const rendition = { format: 'text', escaping: 'underscores', contentType: '' } as const;
  const body = await reader.render({ rendition, names: undefined, timeoutMs: 5 });
  assert.match(Buffer.concat(body).toString(), /^c_total 1$/m);
  assert.match(warnings.join(), /a callback of g has not ended within 5 ms/);
});

test('E12 E13 E19 E20 E21 E22: a declarative configuration is read, with and without /development', () => {
  assert.deepEqual(
    fromDeclarativeConfig({
      host: '0.0.0.0',
      port: 9000,
      scope_info_enabled: false,
      'target_info_enabled/development': true,
      resource_constant_labels: { included: ['service*'], excluded: ['service.version'] },
      translation_strategy: 'no_translation/development',
    }),
    {
      host: '0.0.0.0',
      port: 9000,
      reader: {
        scopeInfoEnabled: false,
        targetInfoEnabled: true,
        resourceConstantLabels: { included: ['service*'], excluded: ['service.version'] },
        translationStrategy: 'NoTranslation',
      },
    },
  );
});

test('E10 E11 E13: a declarative configuration without values has the defaults', () => {
  assert.deepEqual(fromDeclarativeConfig(null), { host: 'localhost', port: 9464, reader: {} });
  assert.deepEqual(fromDeclarativeConfig({ host: null, port: null }), { host: 'localhost', port: 9464, reader: {} });
  const { reader } = fromDeclarativeConfig({ resource_constant_labels: { included: null, excluded: ['a'] } });
  assert.deepEqual(reader, { resourceConstantLabels: { excluded: ['a'] } });
});

for (const [config, message] of [
  [{ prot: 1 }, /^prot is not a key of prometheus\/development; allowed are host, port, /],
  [{ port: '9464' }, /^port is "9464"; allowed is an integer from 0 to 65535$/],
  [{ translation_strategy: 'none' }, /^translation_strategy is "none"; allowed is one of underscore_escaping_with/],
  [
    { resource_constant_labels: [] },
    /^resource_constant_labels is \[\]; allowed is \{ included\?: string\[\], excluded\?: string\[\] \}$/,
  ],
  [{ resource_constant_labels: { included: 'a' } }, /^resource_constant_labels is \{ included: 'a' \}; allowed is/],
  [{ port: NaN }, /^port is NaN; allowed is an integer from 0 to 65535$/],
  [{ host: 10n }, /^host is 10n; allowed is a host name or IP address$/],
  [5, /^prometheus\/development is 5; allowed is an object$/],
  [[], /^prometheus\/development is \[\]; allowed is an object$/],
  [{ scope_info_enabled: 1 }, /^scope_info_enabled is 1; allowed is true or false$/],
] as const) {
  test(`the declarative configuration ${inspect(config)} is refused with what is allowed`, () => {
    assert.throws(() => fromDeclarativeConfig(config as DeclarativePrometheusConfig), { name: 'TypeError', message });
  });
}

/** What `diag` is warned of. */
function takeWarnings(context: TestContext): string[] {
  const warnings: string[] = [];
  const silent = (): void => {};
  const logger = { error: silent, info: silent, debug: silent, verbose: silent };
  diag.setLogger({ ...logger, warn: (message) => warnings.push(message) }, DiagLogLevel.WARN);
  context.after(() => diag.disable());
  return warnings;
}
