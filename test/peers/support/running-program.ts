/** A real program in a process of its own, that ends with the tests however they end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { eventually } from './eventually.ts';

/** How a program is started. */
export interface ProgramOptions {
  readonly command: string;
  /** The arguments, given the folder that is the program's own. */
  readonly args: (folder: string) => readonly string[];
  /** Answers 200 when the program is ready. */
  readonly readyUrl: string;
  /** Writes what the program reads into its folder. */
  readonly prepare?: (folder: string) => Promise<void>;
}

/**
 * Tells the program's process id, and kills it when its own input says so or ends: so the program ends with the tests,
 * also with those that are killed, and then its folder goes as well. A frozen process is killed as any other, and
 * what a terminal sends to all of them at once does not reach the one that clears up.
 */
const WATCHED = `
  trap '' INT TERM HUP PIPE
  "$@" </dev/null & echo $! >&3
  read -r said
  exec >/dev/null 2>&1
  kill -9 $!; wait $!
  [ "$said" = keep ] || rm -rf "$FOLDER"
`;

/** As much of what the program has said as helps. */
const LAST_LINES = 40;

export class RunningProgram implements AsyncDisposable {
  /** The program's own, with its data and its log; it goes with the program. */
  readonly folder: string;
  readonly #options: ProgramOptions;
  #watcher: ChildProcess | undefined;
  #pid = 0;

  private constructor(options: ProgramOptions, folder: string) {
    this.#options = options;
    this.folder = folder;
  }

  /** Resolves when the program is ready; rejects with what it has said when it ends, or is not ready in a minute. */
  static async start(options: ProgramOptions): Promise<RunningProgram> {
    const folder = await mkdtemp(join(tmpdir(), `flowmeter-peer-${basename(options.command)}-`));
    const program = new RunningProgram(options, folder);
    try {
      await options.prepare?.(folder);
      await program.restart();
      return program;
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts the program again on its data, after {@link kill}. */
  async restart(): Promise<void> {
    const { command, args, readyUrl } = this.#options;
    const watcher = spawn('sh', ['-c', WATCHED, 'sh', command, ...args(this.folder)], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, FOLDER: this.folder },
    });
    this.#watcher = watcher;
    const log = createWriteStream(this.#logFile, { flags: 'a' });
    for (const stream of [watcher.stdout, watcher.stderr]) stream?.pipe(log, { end: false });
    watcher.once('close', () => log.end());
    const [pid] = (await once(watcher.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    this.#pid = Number(pid.toString());
    await eventually(async () => {
      const isReady = await fetch(readyUrl).then(
        async (response) => (await response.arrayBuffer(), response.ok),
        () => false,
      );
      if (!isReady) throw new Error(`${command} is not ready:\n${await this.log()}`);
    });
  }

  /** Sends it a signal: SIGSTOP freezes it, SIGCONT thaws it. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.#pid, signal);
  }

  /** Ends it at once, its data kept. */
  async kill(): Promise<void> {
    await this.#end('keep\n');
  }

  /** The last lines of what it has said. */
  async log(): Promise<string> {
    const text = await readFile(this.#logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(-LAST_LINES).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Of the program itself. */
  get pid(): number {
    return this.#pid;
  }

  async #end(said: string): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    if (watcher === undefined) return;
    const isOver = once(watcher, 'close');
    watcher.stdin?.end(said);
    await isOver;
  }

  get #logFile(): string {
    return join(this.folder, 'log');
  }
}
