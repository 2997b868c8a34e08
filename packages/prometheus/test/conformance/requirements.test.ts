import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';

/**
 * OpenTelemetry's requirements on a Prometheus exporter: E those of the specification's "Metrics Exporter - Prometheus", C those
 * of "Prometheus and OpenMetrics Compatibility", in the order in which they stand there.
 */
const EXPORTER = 27;
const COMPATIBILITY = 51;

/** What has no test, and why. */
const UNTESTED: ReadonlyMap<string, string> = new Map([
  ['E3', 'the official client library is not used: see the README'],
  ['C23', 'no data of OpenTelemetry for JavaScript has the hint prometheus.type: its model has no metric.metadata'],
  ['C24', 'as C23'],
  ['C39', 'no data of OpenTelemetry for JavaScript is a summary'],
]);

/** The ids that a title begins with: `C44: …`, `E20, E27: …` or `C37 C38: …`. */
const TITLE = /['"`]((?:[EC]\d+(?:,? |(?=:)))+):/g;

async function testedIds(): Promise<ReadonlySet<string>> {
  const folder = new URL('..', import.meta.url);
  const ids = new Set<string>();
  for await (const file of glob('**/*.test.ts', { cwd: folder })) {
    if (file.endsWith('requirements.test.ts')) continue;
    const source = await readFile(new URL(file, folder), 'utf8');
    for (const [, title = ''] of source.matchAll(TITLE)) for (const id of title.split(/,? /)) ids.add(id);
  }
  return ids;
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

test('each requirement has a test whose title begins with its id', async () => {
  const required = [...numbered('E', EXPORTER), ...numbered('C', COMPATIBILITY)].filter((id) => !UNTESTED.has(id));
  const tested = await testedIds();
  assert.deepEqual(
    required.filter((id) => !tested.has(id)),
    [],
  );
});

test('titles name no requirement that there is not', async () => {
  const known = new Set([...numbered('E', EXPORTER), ...numbered('C', COMPATIBILITY)]);
  assert.deepEqual(
    [...(await testedIds())].filter((id) => !known.has(id) || UNTESTED.has(id)),
    [],
  );
});
