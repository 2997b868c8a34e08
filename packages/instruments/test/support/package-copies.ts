import type * as conveyor from '@flowmeter/instruments/conveyor';
import type * as instruments from '@flowmeter/instruments';
import type * as krafka from '@flowmeter/instruments/krafka';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The package evaluated once more, from a directory of its own. */
export type PackageCopy = typeof instruments & typeof conveyor & typeof krafka;

/**
 * Loads another copy of the package, as two dependents that cannot share one would, or a hot reload. The copy resolves
 * the OpenTelemetry API to the same module as the first: two of those share only the API's own global state.
 */
export async function copyOfPackage(): Promise<PackageCopy> {
  const entry = fileURLToPath(import.meta.resolve('@flowmeter/instruments'));
  const directory = mkdtempSync(join(tmpdir(), 'instruments-copy-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  cpSync(dirname(entry), join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
  symlinkSync(nodeModulesOf('@opentelemetry/api'), join(directory, 'node_modules'), 'dir');
  const extension = entry.slice(entry.lastIndexOf('.'));
  const load = (name: string): Promise<object> =>
    import(pathToFileURL(join(directory, 'src', `${name}${extension}`)).href) as Promise<object>;
  const modules = await Promise.all([load('index'), load('conveyor'), load('krafka')]);
  return Object.assign({}, ...modules) as PackageCopy;
}

function nodeModulesOf(dependency: string): string {
  const entry = fileURLToPath(import.meta.resolve(dependency));
  return entry.slice(0, entry.lastIndexOf(join('node_modules', dependency)) + 'node_modules'.length);
}
