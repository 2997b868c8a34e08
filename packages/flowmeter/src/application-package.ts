import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** The application's own name and version. */
export interface ApplicationPackage {
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * The nearest package.json with a name, upwards from the main script; `undefined` where there is no script (`-e`) or no
 * such file. A script inside `node_modules` (`node node_modules/.bin/serve`) is somebody's tool: then the application is what has it
 * installed.
 */
export function findApplicationPackage(mainScript: string | undefined): ApplicationPackage | undefined {
  if (mainScript === undefined) return undefined;
  let folder: string;
  try {
    folder = dirname(realpathSync(mainScript));
  } catch {
    return undefined;
  }
  const installed = folder.split(sep).indexOf('node_modules');
  if (installed !== -1) folder = folder.split(sep).slice(0, installed).join(sep) || sep;
  for (;;) {
    const found = readPackage(join(folder, 'package.json'));
    if (found !== undefined) return found;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function readPackage(path: string): ApplicationPackage | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('name' in manifest)) return undefined;
    if (typeof manifest.name !== 'string' || manifest.name === '') return undefined;
    const version = 'version' in manifest && typeof manifest.version === 'string' ? manifest.version : undefined;
    return { name: manifest.name, version };
  } catch {
    return undefined;
  }
}
