import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hashSync } from 'bcryptjs';
import { Folder } from './support/folder.ts';

const run = promisify(execFile);

describe('a process that serves a scrape', () => {
  /** The status of the scrape, and what of web configuration was loaded. */
  async function loadedFor(...args: readonly string[]): Promise<readonly unknown[]> {
    const script = fileURLToPath(new URL('./fixtures/scraped-once.ts', import.meta.url));
    const { stdout } = await run(process.execPath, ['--conditions=@flowmeter/source', script, ...args]);
    return JSON.parse(stdout) as unknown[];
  }

  it('without a web configuration file loads nothing that only such a file needs', async () => {
    deepStrictEqual(await loadedFor(), [200, 'web-config/web-config-on-demand.ts']);
  });

  it('by a web configuration file loads what that needs', async () => {
    using folder = new Folder();
    const path = folder.write('web-config.yml', `basic_auth_users: {alice: ${hashSync('right', 4)}}`);
    const [status, ...loaded] = await loadedFor(path);
    deepStrictEqual(status, 401);
    for (const part of ['NativeModule https', 'yaml', 'web-config/open-web-config.ts']) ok(loaded.includes(part), part);
  });
});
