/** npm in a folder of a test, as a user runs it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { neutralEnvironment } from './child-app.ts';

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;

/** What has been fetched before is not asked for again, and a registry that does not answer is given up in time. */
const PATIENCE = {
  npm_config_prefer_offline: 'true',
  npm_config_fetch_timeout: '60000',
  npm_config_fetch_retries: '1',
};

/** The environment of the tests, of npm's variables only those that say where packages are from. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const registry = Object.entries(process.env).filter(([name]) =>
    /^npm_config_(registry|cache|userconfig)$/i.test(name),
  );
  return { ...neutralEnvironment(), ...Object.fromEntries(registry), ...PATIENCE };
}

/** Rejects with what npm has said where it fails. */
export async function npm(args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)('npm', args, { cwd, env: npmEnvironment() });
}

/** Why nothing can be installed, if that is because there is no registry. */
export async function reasonToBeOffline(cwd: string): Promise<string | undefined> {
  try {
    await npm(['view', '@opentelemetry/api@1.9', 'version', '--fetch-retries=1', '--fetch-retry-mintimeout=500'], cwd);
    return undefined;
  } catch (error) {
    const reason = UNREACHABLE.exec(String(error))?.[0];
    if (reason === undefined) throw error;
    return reason;
  }
}
