/**
 * Makes the JavaScript of the packages, whose types tsc makes: one file for each entry, and one for each part that is loaded on
 * demand. As one file for each source file Node would look for, read and compile 170 of them before an application starts, which is
 * half of what that takes.
 */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const PACKAGES = ['instruments', 'engine', 'prometheus', 'flowmeter'];

/** The bodies of threads, which are files of their own. */
const THREADS: Readonly<Record<string, readonly string[]>> = {
  prometheus: ['src/server/web-config/bcrypt-thread.ts'],
  flowmeter: ['src/process-end/delivery-thread.ts'],
};

/** Writes what has changed only: tests of several processes call this while others run what is there. */
async function bundle(name: string): Promise<void> {
  const folder = join(import.meta.dirname, 'packages', name);
  const dist = join(folder, 'dist');
  const options = {
    absWorkingDir: folder,
    outdir: dist,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // All in one folder, so that a thread's file is found from wherever it is started.
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    sourcemap: true,
    // The sources are in the package.
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
  } as const;
  // What a thread shares with the rest would be one more file for both.
  const made = await Promise.all([
    build({ ...options, entryPoints: doorsOf(folder), splitting: true }),
    build({ ...options, entryPoints: [...(THREADS[name] ?? [])] }),
  ]);
  const outputFiles = made.flatMap((each) => each.outputFiles);
  for (const { path, text } of outputFiles) {
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  const names = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (/\.js(?:\.map)?$/.test(file) && !names.has(file)) rmSync(join(dist, file));
  }
}

/** The sources of what the package exports. */
function doorsOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  return Object.values(manifest.exports).flatMap((door) =>
    typeof door === 'string' ? [] : (door['@flowmeter/source'] ?? []),
  );
}

await Promise.all(PACKAGES.map(bundle));
