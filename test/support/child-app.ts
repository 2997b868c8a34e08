/** A Node application in a process of its own, with everything it says kept line by line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How an application is run. */
export interface AppOptions {
  /** Added to an environment without any variable that OpenTelemetry or Node reads, and with time for the last push. */
  env?: Readonly<Record<string, string>>;
  /** The Node to run it with; the one that runs the tests if not given. */
  node?: string;
  cwd?: string;
  /** After how many milliseconds it is killed, 0 for never; {@link LIMIT_MS} if not given. */
  limitMs?: number;
}

/** A running application. Its standard input is open until {@link ChildApp.end}. */
export interface ChildApp extends AsyncDisposable {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The first line of either stream, past or to come, that matches; rejects when the application ends without it. */
  line(pattern: RegExp): Promise<string>;
  /** The endpoint's address, as the start line tells it. */
  prometheusUrl(): Promise<string>;
  /** Sends a line to standard input. */
  write(text: string): void;
  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void;
  /** Stops reading standard error: what the application writes there fails. */
  closeStderr(): void;
  /** Closes standard input, which lets the fixtures end, and resolves as {@link ended} does. */
  end(): Promise<Ending>;
  /** Resolves when the process has ended and its streams have been read to their end. */
  readonly ended: Promise<Ending>;
}

/** How an application has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Long enough for a busy machine; an application that hangs is killed after it, so that the test fails and nothing stays. */
const LIMIT_MS = 30_000;

/** The last push of a busy machine may need more than a second. */
const PATIENT = { FLOWMETER_EXIT_TIMEOUT_MS: '10000' };

/** Runs the packages from their sources, and registers flowmeter. */
export const REGISTER_FROM_SOURCE = ['--conditions=@flowmeter/source', '--require', 'flowmeter/register'];

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Starts an application; `args` are Node's own. */
export function startApp(
  args: readonly string[],
  { env = {}, node = process.execPath, cwd, limitMs = LIMIT_MS }: AppOptions = {},
): ChildApp {
  const child = spawn(node, args, {
    env: { ...neutralEnvironment(), ...PATIENT, ...env },
    cwd: cwd ?? fileURLToPath(new URL('..', import.meta.url)),
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const waiting = new Set<() => void>();
  for (const [stream, lines] of [
    [child.stdout, stdout],
    [child.stderr, stderr],
  ] as const) {
    createInterface({ input: stream }).on('line', (text) => {
      lines.push(text);
      for (const look of waiting) look();
    });
  }
  // An application that ends before it has read everything is not a failure of the test's.
  child.stdin.on('error', () => {});
  let hasEnded = false;
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ending>();
  child.once('error', reject);
  child.once('close', (code, signal) => {
    hasEnded = true;
    resolve({ code, signal, stdout, stderr });
    for (const look of waiting) look();
  });

  async function line(pattern: RegExp): Promise<string> {
    const found = Promise.withResolvers<string>();
    const look = (): void => {
      const match = [...stdout, ...stderr].find((candidate) => pattern.test(candidate));
      if (match !== undefined) found.resolve(match);
      else if (hasEnded) found.reject(new Error(`the application ended without ${pattern}:\n${stderr.join('\n')}`));
    };
    waiting.add(look);
    look();
    return found.promise.finally(() => waiting.delete(look));
  }

  async function end(): Promise<Ending> {
    child.stdin.end();
    return ended;
  }

  return {
    stdout,
    stderr,
    line,
    async prometheusUrl() {
      const start = await line(/^flowmeter: metrics at http/);
      return /metrics at (\S+\/metrics)/.exec(start)?.[1] ?? '';
    },
    write: (text) => child.stdin.write(`${text}\n`),
    signal: (signal) => void child.kill(signal),
    closeStderr: () => void child.stderr.destroy(),
    end,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs an application that ends by itself, without anything on its standard input. */
export async function runApp(args: readonly string[], options?: AppOptions): Promise<Ending> {
  await using app = startApp(args, options);
  return await app.end();
}

/** The environment of the tests without what OpenTelemetry, Node and npm read from it, for lines as people read them. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  // Which engine the tests run on is for the applications as well.
  const ours = /^(OTEL_|FLOWMETER_(?!ENGINE$)|NODE_|NPM_|npm_|FORCE_COLOR|NO_COLOR)/;
  const others = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(others), FLOWMETER_LOG_FORMAT: 'text' };
}
