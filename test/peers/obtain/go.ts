import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** As many lines as tell why Go has failed. */
const LAST_LINES = 20;

/** What `go version` says, without its first words; `undefined` where Go is not installed. */
export function goVersion(): string | undefined {
  const { error, stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return error === undefined ? stdout.trim().replace(/^go version go/, '') : undefined;
}

/**
 * Runs Go in a folder. Its modules and what it has compiled are where Go keeps them, so that what was interrupted is
 * not done twice.
 *
 * @returns what it has written to its standard output
 * @throws Error with the last lines that Go has said, where it fails
 */
export async function runGo(folder: string, args: readonly string[]): Promise<string> {
  // Without C, the programs run on any machine of the kind. GOWORK: a workspace around this one is none of theirs.
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const go = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let output = '';
  go.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  for (const stream of [go.stdout, go.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading ')));
      lines.splice(0, lines.length - LAST_LINES);
    });
  }
  const [code, signal] = (await once(go, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(`go ${args[0]} ended with ${signal ?? code}:\n  ${lines.join('\n  ')}`);
  return output;
}
