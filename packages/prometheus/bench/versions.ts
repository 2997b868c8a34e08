import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { CONTENDERS } from './contenders/load.ts';

/** The version of each package that is measured. */
export function versions(): Record<string, string> {
  return Object.fromEntries(Object.values(CONTENDERS).map((name) => [name, versionOf(name)]));
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) return 'unknown';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? 'unknown';
}
