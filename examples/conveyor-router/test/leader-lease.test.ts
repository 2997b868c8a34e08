import { rejects, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LeaderLease } from '../src/leader-lease.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const never = new AbortController().signal;

describe('the leadership', () => {
  it('raises the term at each election', async () => {
    await using directory = await temporaryDirectory();
    for (const term of [1, 2, 3]) {
      const lease = await LeaderLease.acquire(directory.path, never);
      strictEqual(lease.term, term);
      await lease.stepDown();
    }
    await rejects(access(join(directory.path, 'leader.lease')));
  });

  it('is waited for while another holds it', async () => {
    await using directory = await temporaryDirectory();
    const first = await LeaderLease.acquire(directory.path, never);
    const waiting = LeaderLease.acquire(directory.path, never);
    await first.stepDown();
    const second = await waiting;
    strictEqual(second.term, 2);
    await second.stepDown();
  });

  it('is not waited for any longer than the one who stands by wants to', async () => {
    await using directory = await temporaryDirectory();
    const first = await LeaderLease.acquire(directory.path, never);
    await rejects(LeaderLease.acquire(directory.path, AbortSignal.abort()), { name: 'AbortError' });
    await first.stepDown();
  });

  const holders: [string, () => number][] = [
    ['a process that has died', () => spawnSync(process.execPath, ['--version']).pid],
    ['an earlier process with the same id, as in a container', () => process.pid],
  ];
  for (const [holder, pid] of holders) {
    it(`is taken over from ${holder}`, async () => {
      await using directory = await temporaryDirectory();
      await writeFile(join(directory.path, 'leader.lease'), String(pid()));
      const lease = await LeaderLease.acquire(directory.path, never);
      strictEqual(lease.term, 1);
      await lease.stepDown();
    });
  }
});
