import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Builds what is not built yet: a moment where nothing has changed. */
export function buildPackages(): void {
  execFileSync(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-b', join(REPOSITORY, 'packages/flowmeter')], {
    stdio: 'inherit',
  });
  execFileSync(process.execPath, [join(REPOSITORY, 'bundle-packages.ts')], { stdio: 'inherit' });
}

/** The binary of a major version of Node, `undefined` where it is not installed: they are optional dependencies. */
export function nodeBinary(major: number): string | undefined {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`node-${major}/package.json`)), 'bin/node');
  } catch {
    return undefined;
  }
}
