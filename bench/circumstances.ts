import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { cpus } from 'node:os';

/** Under which circumstances a run was made: without them its figures mean nothing. */
export interface Circumstances {
  readonly node: string;
  readonly cpu: string;
  readonly date: string;
  /** Of each package that took part. */
  readonly versions: Readonly<Record<string, string>>;
}

export function circumstances(packages: readonly string[]): Circumstances {
  const processors = cpus();
  return {
    node: process.version,
    cpu: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    date: new Date().toISOString(),
    versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) return 'unknown';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? 'unknown';
}
