/** Another version of the OpenTelemetry API in the process, which was there first. */
import { match, ok, strictEqual } from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';

const OTHER_VERSION = '1.9.99';
const ownFolder = join(dirname(createRequire(import.meta.url).resolve('@opentelemetry/api')), '..');
let folder = '';
let otherFolder = '';

/** The same API under another version, which is all that makes it another one. */
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'flowmeter-other-api-')));
  otherFolder = join(folder, 'node_modules', '@opentelemetry', 'api');
  await cp(ownFolder, otherFolder, { recursive: true });
  const { version } = JSON.parse(await readFile(join(ownFolder, 'package.json'), 'utf8')) as { version: string };
  const files = (await readdir(otherFolder, { recursive: true })).filter((file) => /\.(?:json|[cm]?js)$/.test(file));
  for (const file of files) {
    const path = join(otherFolder, file);
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(version, OTHER_VERSION));
  }
  await writeFile(
    join(folder, 'first.cjs'),
    `const { trace } = require('@opentelemetry/api'); trace.setGlobalTracerProvider({ getTracer() {} });`,
  );
});

after(() => rm(folder, { recursive: true }));

it('is one line that names both versions, both folders and what to do; sets of flowmeter record all the same', async () => {
  await using receiver = await startOtlpReceiver();
  const code = `require('flowmeter/conveyor').recordRecordsReceived('s', 3);`;
  const { stderr } = await runApp(['--require', join(folder, 'first.cjs'), ...REGISTER_FROM_SOURCE, '-e', code], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      FLOWMETER_EXIT_TIMEOUT_MS: '10000',
    },
  });
  const lines = stderr.filter((line) => line.includes('@opentelemetry/api'));
  strictEqual(lines.length, 1, stderr.join('\n'));
  const [line = ''] = lines;
  match(
    line,
    /^flowmeter: @opentelemetry\/api 1\.9\.99 in .+ was loaded before \d+\.\d+\.\d+ in .+ \(npm ls @opentelemetry\/api/,
  );
  ok(line.includes(otherFolder) && line.includes(ownFolder), line);
  const received = receiver.metrics().find(({ name }) => name === 'conveyor_router_records_received');
  strictEqual(received?.kind === 'sum' ? received.value : undefined, 3);
});
