import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { npm } from '../../support/npm.ts';
import { CACHE, programOf, type BuiltPeer } from '../support/peers.ts';
import { runGo } from './go.ts';

/** Of the version whose modules it puts together. */
const COLLECTOR_BUILDER = 'go.opentelemetry.io/collector/cmd/builder';

const UNFINISHED = /^building-(\d+)-/;

/**
 * Builds a peer in a folder of this process' own, which gets its name when all is there: whatever is interrupted
 * leaves nothing that looks finished, and processes that build the same do not meet.
 *
 * @throws Error where it cannot be built, or is not what it is meant to be
 */
export async function buildPeer(peer: BuiltPeer): Promise<void> {
  const { folder, programs } = peer;
  const building = join(CACHE, `building-${process.pid}-${basename(folder)}`);
  await mkdir(CACHE, { recursive: true });
  await rm(building, { recursive: true, force: true });
  try {
    const source = join(building, 'source');
    await cp(peer.recipe, source, { recursive: true });
    const result = join(building, 'result');
    if (peer.tool === 'npm') {
      await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], source);
      await rename(source, result);
    } else {
      await addSchemas(source);
      await compile(peer, source);
      await mkdir(result);
    }
    for (const program of programs) await rename(join(source, program), join(result, program));
    for (const program of programs) checkVersion(join(result, program), peer.version);
    await rename(result, folder).catch((error: unknown) => {
      if (!existsSync(programOf(peer))) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Removes what processes that were killed have left. */
export async function removeUnfinished(): Promise<void> {
  for (const name of existsSync(CACHE) ? await readdir(CACHE) : []) {
    const pid = UNFINISHED.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

/** A file of a Go module that a program embeds. */
interface Schema {
  readonly module: string;
  /** The checksum of the module, as in a go.sum; the program imports nothing of it, so it is in none. */
  readonly sum: string;
  readonly file: string;
}

/** Puts the schemas that a recipe names beside those that it has. */
async function addSchemas(source: string): Promise<void> {
  const list = join(source, 'schemas.json');
  if (!existsSync(list)) return;
  for (const { module, sum, file } of JSON.parse(await readFile(list, 'utf8')) as readonly Schema[]) {
    const said = await runGo(source, ['mod', 'download', '-json', module]);
    const { Dir: folder, Sum: found } = JSON.parse(said) as { readonly Dir: string; readonly Sum: string };
    if (found !== sum) throw new Error(`${module} has the checksum ${found}, not ${sum}`);
    await writeFile(join(source, 'schemas', basename(file)), await readFile(join(folder, file)));
  }
}

async function compile({ version, programs, packages, tags = [] }: BuiltPeer, source: string): Promise<void> {
  // Services that discover targets are most of what there is to compile, and one alone is asked here.
  const allTags = ['remove_all_sd', ...tags].join();
  const named = ['main.version', 'github.com/prometheus/common/version.Version'].map((at) => `-X ${at}=${version}`);
  const build = ['build', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${named.join(' ')}`, `-tags=${allTags}`];
  if (packages.length === 0) {
    const generate = ['--config=builder.yaml', '--skip-get-modules', '--skip-compilation'];
    await runGo(source, ['run', `${COLLECTOR_BUILDER}@v${version}`, ...generate]);
    await runGo(source, [...build, '-o', programs[0] ?? '', '.']);
  }
  for (const name of packages) await runGo(source, [...build, '-o', '.', name]);
}

function checkVersion(program: string, version: string): void {
  const { error, stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const said = error?.message ?? stdout + stderr;
  if (!said.includes(`version ${version}`)) throw new Error(`${program} is not ${version}, but says ${said}`);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
