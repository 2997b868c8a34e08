import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const PACKAGE = join(import.meta.dirname, '..');

const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
const sources = globSync('**/*.ts', { cwd: join(PACKAGE, 'src') }).map(
  (file) => [file, readFileSync(join(PACKAGE, 'src', file), 'utf8')] as const,
);

test('the package depends on the OpenTelemetry API of its user, and on nothing else', () => {
  assert.deepEqual(manifest['peerDependencies'], { '@opentelemetry/api': '^1.9.0' });
  for (const kind of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'peerDependenciesMeta']) {
    assert.equal(manifest[kind], undefined, kind);
  }
});

test('no source file imports anything but the OpenTelemetry API and its own package', () => {
  assert.ok(sources.length > 20);
  const imported = new Set(sources.flatMap(([, text]) => specifiersOf(text)));
  assert.ok(imported.has('@opentelemetry/api'));
  assert.deepEqual(
    [...imported].filter((specifier) => specifier !== '@opentelemetry/api' && !/^\.\.?\//.test(specifier)),
    [],
  );
});

test('no source file reaches out of the package', () => {
  for (const [file, text] of sources) {
    for (const specifier of specifiersOf(text).filter((path) => path.startsWith('.'))) {
      assert.ok(!join(file, '..', specifier).startsWith('..'), `${file} imports ${specifier}`);
    }
  }
});

test('every set has a door of its own, what attaches them and flows have one, and they run from source', () => {
  const doors = manifest['exports'] as Readonly<Record<string, Readonly<Record<string, string>>>>;
  assert.deepEqual(Object.keys(doors), [
    '.',
    './conveyor',
    './roboflow',
    './deltaforge',
    './krafka',
    './attachment',
    './flow',
  ]);
  for (const [door, conditions] of Object.entries(doors)) {
    const source = join(door, door === '.' ? 'index' : '').replace(/\/$/, '');
    assert.equal(conditions['@flowmeter/source'], `./src/${source}.ts`);
    assert.equal(conditions['default'], `./dist/${source}.js`);
  }
});

/** What a file imports, statically, dynamically or for a re-export. */
function specifiersOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(?|\brequire\()\s*['"]([^'"]+)['"]/g)].map(([, path]) => path ?? '');
}
