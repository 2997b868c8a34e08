import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { conveyorContract } from '../demo/conveyor-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const demo = fileURLToPath(new URL('../demo.ts', import.meta.url));

/** Starts the demo with a directory of its own for temporary files. */
function startDemo(temporary: string, ...options: string[]) {
  const flags = ['--conditions=@flowmeter/source', demo, ...options];
  return spawn(process.execPath, flags, {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('the demo', () => {
  it('ends by itself, with both exports in agreement on all twelve metrics', async () => {
    await using temporary = await temporaryDirectory();
    const child = startDemo(temporary.path);
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);

    strictEqual(status, 0, output);
    strictEqual(conveyorContract.length, 12);
    for (const { name, type } of conveyorContract)
      ok(output.includes(`\n${name}  (${type})\n`), `${name} in the table`);
    ok(output.split('\n').filter((line) => line.endsWith('  equal')).length > 30);
    ok(!output.includes('DIFFERS'), output);
    match(output, /received from birdstrikes .* = 10,000 of 10,000\n/);
    match(output, /received from flights .* = 200,000 of 200,000\n/);
    match(output, /lost 0, delivered twice 0, in the wrong sink 0\n/);
    match(output, /^ {2}\/health +200 {"status":"healthy","components":0,"pipelines":2}$/m);
    const running = ['bird-strikes', 'flights'].map((name) => ({ name, status: 'running' }));
    const ready = { status: 'ready', components: [], pipelines: running };
    ok(output.includes(`\n  /ready   200 ${JSON.stringify(ready)}\n`), output);
    const lines = output.split('\n').filter((line) => line.startsWith('  {"level":'));
    deepStrictEqual(
      lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .map(({ target, msg }) => [target, String(msg).split(/[;:] | at /)[0]]),
      [
        ['flowmeter', 'metrics'],
        ['flowmeter', 'not ready'],
        ['router', 'routing'],
        ['flowmeter', 'ready'],
        ['router', 'drained'],
      ],
    );
    deepStrictEqual(await readdir(temporary.path), []);
  });

  it('leaves nothing behind when it is interrupted while the router is kept up', async () => {
    await using temporary = await temporaryDirectory();
    const child = startDemo(temporary.path, '--keep');
    const closed = once(child, 'close');
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      url = /^ {2}curl (\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      const response = await fetch(url);
      match(await response.text(), /^conveyor_router_raft_is_leader 1$/m);
      child.kill('SIGINT');
    }
    deepStrictEqual(await closed, [0, null]);
    const gone = await fetch(url ?? '').catch((error: Error) => error);
    ok(gone instanceof Error, 'the endpoint is closed');
    deepStrictEqual(await readdir(temporary.path), []);
  });
});
