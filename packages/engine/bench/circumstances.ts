import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { cpus } from 'node:os';
import { CONTENDERS } from './contenders/load.ts';

/** Under which circumstances a run was made: without them its figures mean nothing. */
export interface Circumstances {
  readonly node: string;
  readonly cpu: string;
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function circumstances(): Circumstances {
  const processors = cpus();
  const packages = Object.values(CONTENDERS).flatMap((contender) => contender.package ?? []);
  return {
    node: process.version,
    cpu: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    date: new Date().toISOString(),
    versions: Object.fromEntries(['mitata', ...packages].map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) return 'unknown';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? 'unknown';
}
