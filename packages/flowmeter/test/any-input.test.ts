/** Whatever the variables hold, there is a configuration, and the application runs. */
import { match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fixture, REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import { VARIABLES } from './support/variables.ts';

/** Words that some variable allows, or nearly; any text; and what editors and shells leave behind. */
const words = ['true', 'none', 'all', 'otlp', 'console', 'GRPC', 'http/json', 'delta', 'gzip', 'info', 'env,host', '0'];
const nearly = [
  '-1',
  '1e3',
  '65536',
  'http://',
  'https://[::1]:1',
  'a=b,c',
  'a=%E0%A4%A',
  'localhost:1',
  '\u0000',
  ' \t',
  ',,',
  '/',
];
const value = fc.oneof(
  fc.constantFrom(...words, ...nearly),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.webUrl(),
  fc.integer().map(String),
);
const environment = fc.dictionary(fc.constantFrom(...VARIABLES), value, { noNullPrototype: true });

describe('a configuration read from any text', () => {
  it('is there, within its bounds, and each problem names its variable and what is allowed', () => {
    fc.assert(
      fc.property(environment, (variables) => {
        const { configuration, problems } = readConfiguration(variables);
        const { port } = configuration.prometheus;
        ok(Number.isInteger(port) && port >= 0 && port <= 65_535);
        for (const milliseconds of [
          configuration.exportIntervalMs,
          configuration.exportTimeoutMs,
          configuration.otlp.timeoutMs,
        ])
          ok(Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= 2 ** 31 - 1);
        ok(configuration.exportTimeoutMs <= configuration.exportIntervalMs);
        ok(URL.canParse(configuration.otlp.url));
        for (const problem of problems) {
          ok(variables[problem.variable] !== undefined, `${problem.variable} is set`);
          ok(problem.allowed !== '' && problem.consequence !== '');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has no problem where nothing is set, or only space', () => {
    const empty = Object.fromEntries(VARIABLES.map((name) => [name, ' \t']));
    strictEqual(readConfiguration(empty).problems.length, 0);
    const defaults = JSON.stringify(readConfiguration({}).configuration.otlp.url);
    strictEqual(JSON.stringify(readConfiguration(empty).configuration.otlp.url), defaults);
  });
});

describe('an application started with any text in all variables', { concurrency: 2 }, () => {
  // A process cannot be given a variable with a zero byte. The samples are the same each time.
  const values = value.filter((text) => !text.includes('\u0000'));
  const everything = fc.record(Object.fromEntries(VARIABLES.map((name) => [name, values])));
  for (const [index, env] of fc.sample(everything, { numRuns: 8, seed: 20261121 }).entries()) {
    it(`runs and ends with its own exit code, sample ${index + 1}`, async () => {
      await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
        env: { ...env, OTEL_SDK_DISABLED: 'false', OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
      });
      const { code, signal, stdout, stderr } = await app.end();
      ok(
        stdout.some((line) => line.startsWith('recorded on')),
        `${JSON.stringify(env)}\n${stderr.join('\n')}`,
      );
      strictEqual(code, 0, `${signal} with ${JSON.stringify(env)}\n${stderr.join('\n')}`);
      for (const line of stderr) match(line, /^(flowmeter: |opentelemetry: |{"level":"\w+",.*"msg":")(?!not started)/);
    });
  }
});
