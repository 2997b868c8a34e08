/**
 * Makes the JavaScript of the packages, whose types tsc makes: one file for each entry, one for what entries share, and one for each
 * part that is loaded on demand. As one file for each source file Node would look for, read and compile 170 of them before an
 * application starts, which is half of what that takes.
 */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown, type OutputChunk, type OutputOptions, type RolldownOutput } from 'rolldown';

const PACKAGES = ['instruments', 'engine', 'prometheus', 'flowmeter'];

/** What is loaded when an application starts; the rest is not to come along. */
const AT_START: Readonly<Record<string, string>> = {
  instruments: 'src/attachment.ts',
  prometheus: 'src/server.ts',
  flowmeter: 'src/index.ts',
};

/** What is loaded by its name, beside what the package exports. */
const ON_DEMAND: Readonly<Record<string, readonly string[]>> = {
  flowmeter: ['src/metrics/metrics.ts'],
};

/** The bodies of threads, which are files of their own. */
const THREADS: Readonly<Record<string, readonly string[]>> = {
  prometheus: ['src/server/web-config/bcrypt-thread.ts'],
  flowmeter: ['src/process-end/delivery-thread.ts'],
};

/** Writes what has changed only: tests of several processes call this while others run what is there. */
async function bundle(name: string): Promise<void> {
  const folder = join(import.meta.dirname, 'packages', name);
  const dist = join(folder, 'dist');
  const atStart = AT_START[name] === undefined ? new Set() : modulesOf(await build(folder, [AT_START[name]]));
  // A file more is a third of a millisecond more.
  const groups = [
    { name: 'at-start', minShareCount: 2, priority: 1, test: (id: string) => atStart.has(id) },
    { name: 'shared', minShareCount: 2 },
  ];
  const entries = [...doorsOf(folder), ...(ON_DEMAND[name] ?? [])];
  const made = [await build(folder, entries, { codeSplitting: { groups } })];
  // What a thread shares with the rest would be one more file for both.
  for (const thread of THREADS[name] ?? []) made.push(await build(folder, [thread], { codeSplitting: false }));
  const files = new Map(made.flatMap(({ output }) => output.map((file) => [file.fileName, contentOf(file)])));
  for (const [file, content] of files) {
    const path = join(dist, file);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
  }
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (/\.js(?:\.map)?$/.test(file) && !files.has(basename(file))) rmSync(join(dist, file));
  }
}

async function build(folder: string, input: string[], options: OutputOptions = {}): Promise<RolldownOutput> {
  await using bundled = await rolldown({
    cwd: folder,
    input,
    platform: 'node',
    external: /^[^./]/,
    preserveEntrySignatures: 'strict',
    tsconfig: false,
  });
  return await bundled.generate({
    format: 'esm',
    dir: 'dist',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: true, jsdoc: false },
    sourcemap: true,
    // The sources are in the package.
    sourcemapExcludeSources: true,
    ...options,
  });
}

/** What the first entry imports, and not on demand. */
function modulesOf({ output }: RolldownOutput): Set<string> {
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  const modules = new Set<string>();
  const visit = ({ moduleIds, imports }: OutputChunk): void => {
    for (const id of moduleIds) modules.add(id);
    for (const chunk of imports.flatMap((file) => chunks.get(file) ?? [])) visit(chunk);
  };
  visit(output[0]);
  return modules;
}

function contentOf(file: RolldownOutput['output'][number]): string {
  return file.type === 'chunk' ? withPlainNodeModules(file.code) : String(file.source);
}

/**
 * Takes Node's modules as they are, and not as an import gives them: that reads all that there is in a module, and so loads what Node
 * keeps for who uses it: of node:http a client for WebSocket, which takes as long as Node itself takes to start. Lines stay lines, as
 * the source map has them.
 */
function withPlainNodeModules(code: string): string {
  const imports = /^import (?:\* as )?(?<whole>\w+)?(?:, )?(?:\{(?<names>.+)\})? from "(?<module>node:[\w/]+)";$/gm;
  return code.replaceAll(imports, (...[, whole, names, module]: (string | undefined)[]) => {
    const parts = [whole, names === undefined ? undefined : `{${names.replaceAll(' as ', ': ')}}`];
    const wanted = parts.filter((part) => part !== undefined);
    return `const ${wanted.map((part) => `${part} = process.getBuiltinModule("${module}")`).join(', ')};`;
  });
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
