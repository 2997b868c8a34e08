/** A process for each thing that is measured, one working at a time, the contenders by turns. */
import { execFile, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ARGUMENTS = ['--conditions=@flowmeter/source', '--expose-gc'];
/** Hundreds of processes load the same files: what is compiled stays for the next, and for the next run. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'flowmeter-bench') };

/** Runs a bench to its end and returns the JSON that it prints. It throws with what the bench has thrown. */
export async function runOnce<Result>(bench: string, args: readonly string[]): Promise<Result> {
  const { stdout } = await execute(process.execPath, [...ARGUMENTS, pathOf(bench), ...args], { env });
  return JSON.parse(stdout) as Result;
}

/** A process that measures once for each time it is asked. */
export interface Standing<Result> {
  next(): Promise<Result>;
  end(): void;
}

/** Starts a bench that answers each message with a result, and waits for its first, which says that it is ready. */
export async function stand<Result>(bench: string, args: readonly string[]): Promise<Standing<Result>> {
  const child = fork(pathOf(bench), args, { execArgv: ARGUMENTS, env });
  let settle: PromiseWithResolvers<Result> | undefined;
  child.on('message', (result) => settle?.resolve(result as Result));
  child.on('exit', (code) => settle?.reject(new Error(`${bench} ${args.join(' ')} ended with ${code}`)));
  const answer = (): Promise<Result> => {
    settle = Promise.withResolvers<Result>();
    return settle.promise;
  };
  await answer();
  return {
    next: () => {
      child.send('next');
      return answer();
    },
    end: () => child.disconnect(),
  };
}

function pathOf(bench: string): string {
  return fileURLToPath(new URL(bench, import.meta.url));
}
