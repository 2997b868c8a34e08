import { strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hashSync } from 'bcryptjs';
import { Folder } from './support/folder.ts';

const run = promisify(execFile);

describe('a process with a thread that checks passwords', () => {
  const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

  it('ends by itself, and preloads nothing into the thread', async () => {
    using folder = new Folder();
    const path = folder.write('web-config.yml', `basic_auth_users: {alice: ${hashSync('right', 4)}}`);
    const preload = fixture('preloaded.cjs');
    const flags = ['--conditions=@flowmeter/source', '--require', preload];
    const env = { ...process.env, NODE_OPTIONS: `--require ${preload}` };
    const { stdout } = await run(process.execPath, [...flags, fixture('idle-server.ts'), path], {
      env,
      timeout: 20_000,
    });
    strictEqual(stdout, 'preloaded\nmetrics\n');
  });
});
