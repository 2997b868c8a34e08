import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';

/** The application's own name and version. */
export interface ApplicationPackage {
  readonly name: string;
  readonly version: string | undefined;
}

/** The main scripts of package managers, and of tools that run others' scripts: they start the application as a child, which inherits `NODE_OPTIONS`. */
const LAUNCHERS = /^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack|tsx|nodemon)(?:-cli)?(?:\.c?js|\.mjs)?$/;

/** The main script of tsx where its name is not that of the tool. */
const TSX = /[\\/]tsx[\\/]dist[\\/]cli\.[cm]js$/;

/** Whether this process only starts the one to be measured, as a package manager, tsx or the runner of `node --test` does, or runs nothing. */
export function isLauncher({ argv, execArgv, env }: NodeJS.Process): boolean {
  const script = mainScript(argv, execArgv);
  if (script !== undefined && (LAUNCHERS.test(basename(script)) || TSX.test(script))) return true;
  if (execArgv.includes('--check') || execArgv.includes('-c')) return true;
  return execArgv.includes('--test') && env['NODE_TEST_CONTEXT'] === undefined;
}

/**
 * The nearest package.json with a name, upwards from the main script; `undefined` where there is no script (`-e`) or no
 * such file. A script inside `node_modules` (`node node_modules/.bin/serve`) is somebody's tool: then the application is
 * what has it installed.
 */
export function findApplicationPackage({ argv, execArgv }: NodeJS.Process): ApplicationPackage | undefined {
  const script = mainScript(argv, execArgv);
  if (script === undefined) return undefined;
  let folder: string;
  try {
    // As Node finds it: the script may be named without its ending, or by the folder that it is the main file of.
    folder = dirname(realpathSync(createRequire(join(process.cwd(), 'main')).resolve(script)));
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

/** What `node` was told to run; with `-e` and `-p` the first argument is the program's own. */
function mainScript(argv: readonly string[], execArgv: readonly string[]): string | undefined {
  const isEval = execArgv.some((flag) => /^(?:-e|-p|-pe|--eval|--print)$|^--(?:eval|print)=/.test(flag));
  return isEval ? undefined : argv[1];
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
