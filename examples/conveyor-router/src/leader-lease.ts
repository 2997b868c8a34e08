/**
 * The leadership of a Raft group of one node. There is nobody to vote, so an election is won by taking the lease: a file
 * that only one process can create. A second router on the same state directory stands by until it is free. Each
 * election that is won raises the term, which outlives the process.
 */
import { link, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { recordRaftState } from 'flowmeter/conveyor';
import { readFileIfAny, writeFileAtomically } from './atomic-file.ts';

const RETRY_MS = 200;

/** The leases of this process: in a container, a dead holder often had the very process id of its successor. */
const heldHere = new Set<string>();

/** Held by the one router that may work on a state directory. */
export class LeaderLease {
  readonly term: number;
  readonly #path: string;

  private constructor(path: string, term: number) {
    this.#path = path;
    this.term = term;
  }

  /** Waits until the lease is free and takes it; rejects when `signal` is aborted before. */
  static async acquire(directory: string, signal: AbortSignal): Promise<LeaderLease> {
    const path = join(directory, 'leader.lease');
    const termPath = join(directory, 'raft-term');
    const lastTerm = Number((await readFileIfAny(termPath)) ?? 0);
    if (!Number.isSafeInteger(lastTerm)) throw new Error(`${termPath} does not hold a term`);
    recordRaftState(false, lastTerm);
    while (!(await take(path))) {
      await breakIfStale(path);
      await delay(RETRY_MS, undefined, { signal });
    }
    // Another router may have led while this one stood by.
    const term = Number((await readFileIfAny(termPath)) ?? 0) + 1;
    await writeFileAtomically(termPath, String(term));
    recordRaftState(true, term);
    return new LeaderLease(path, term);
  }

  /** Gives the lease up, for the next router to take. */
  async stepDown(): Promise<void> {
    recordRaftState(false, this.term);
    heldHere.delete(this.#path);
    await unlink(this.#path);
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    heldHere.add(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lease of a process that is no more. */
async function breakIfStale(path: string): Promise<void> {
  const holder = await readFileIfAny(path);
  if (holder === undefined || isHeld(path, Number(holder))) return;
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
    // Two routers that stand by may both have seen the dead holder; the slower one must not remove the lease that the
    // faster one has taken since.
    if ((await readFileIfAny(aside)) !== holder) await link(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isHeld(path: string, pid: number): boolean {
  // A holder that has created the file but not written to it yet is alive; 0 would address our own process group.
  if (pid === 0) return true;
  if (pid === process.pid) return heldHere.has(path);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
