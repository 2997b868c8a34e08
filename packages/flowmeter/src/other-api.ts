import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { API } from './api-registration.ts';

interface Copy {
  readonly version: string;
  readonly folder: string;
}

const require = createRequire(import.meta.url);

/**
 * What to say where the `@opentelemetry/api` that was there first is of a version that does not take providers of ours: both
 * versions, both folders as far as they can be found, and what to do.
 */
export function describeOtherApi(): string {
  const own = copyIn(require.resolve(API));
  const { version } =
    (globalThis as { [key: symbol]: { version?: unknown } | undefined })[Symbol.for('opentelemetry.js.api.1')] ?? {};
  const other = loadedFiles()
    .map((file) => copyIn(file))
    .find((copy) => copy !== undefined && copy.version === version && copy.folder !== own?.folder);
  return `${API} ${String(version)}${inFolder(other)} was loaded before ${own?.version ?? 'the version of flowmeter'}${inFolder(own)} and does not take its meter provider: instruments of other packages record nothing, those of flowmeter do; make it one version (npm ls ${API}, npm dedupe)`;
}

function inFolder(copy: Copy | undefined): string {
  return copy === undefined ? '' : ` in ${copy.folder}`;
}

/** Files of the API that CommonJS has loaded, and what the application itself would load. */
function loadedFiles(): readonly string[] {
  const loaded = Object.keys(require.cache);
  for (const from of [process.argv[1], join(process.cwd(), 'index.js')]) {
    try {
      if (from !== undefined) loaded.push(createRequire(from).resolve(API));
    } catch {
      // The application has none.
    }
  }
  return loaded;
}

function copyIn(file: string): Copy | undefined {
  const folder = /^.*[\\/]@opentelemetry[\\/]api(?=[\\/])/.exec(file)?.[0];
  if (folder === undefined) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? { version, folder } : undefined;
  } catch {
    return undefined;
  }
}
