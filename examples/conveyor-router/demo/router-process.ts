/** The router as a child process, started as any service is: with `--require flowmeter/register` and variables. */
import { spawn } from 'node:child_process';
import { once, type EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Report } from '../src/report.ts';

const START_LIMIT_MS = 15_000;

/** Where a router keeps its state and where it delivers and pushes to. */
export interface RouterProcessOptions {
  readonly stateDirectory: string;
  readonly sinkUrl: string;
  readonly otlpEndpoint: string;
  readonly exportIntervalMs: number;
  /** Ends the router at once when it is aborted. */
  readonly signal: AbortSignal;
  onReport(report: Report): void;
}

/** A running router; disposing of it ends it at once. */
export interface RouterProcess extends AsyncDisposable {
  /** The address of its Prometheus endpoint, as its start line on stderr gives it. */
  readonly metricsUrl: string;
  /** What it has logged so far: a record a line, in JSON. */
  readonly log: readonly string[];
  /** The first report, past or to come, that `predicate` accepts; rejects when the router ends without one. */
  report(predicate: (report: Report) => boolean): Promise<Report>;
  /** Tells it to stop; resolves to its last report when it has ended. */
  stop(): Promise<Report>;
}

/** Starts a router; resolves when its endpoint is open. */
export async function startRouterProcess(options: RouterProcessOptions): Promise<RouterProcess> {
  const { stateDirectory, sinkUrl, otlpEndpoint, exportIntervalMs, signal, onReport } = options;
  // An abort that is past fires no event.
  signal.throwIfAborted();
  const directory = fileURLToPath(new URL('..', import.meta.url));
  const flags = ['--conditions=@flowmeter/source', '--require', 'flowmeter/register'];
  const child = spawn(process.execPath, [...flags, 'main.ts', stateDirectory, sinkUrl], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: {
      ...withoutTelemetrySettings(process.env),
      OTEL_SERVICE_NAME: 'conveyor-router',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
      OTEL_METRIC_EXPORT_INTERVAL: String(exportIntervalMs),
      OTEL_METRIC_EXPORT_TIMEOUT: String(exportIntervalMs),
      FLOWMETER_LOG: '',
      FLOWMETER_LOG_FORMAT: '',
    },
  });
  const { stderr } = child;
  if (!stderr) throw new Error('the router has no stderr to read, though a pipe was asked for');
  const reports: Report[] = [];
  const log: string[] = [];
  const closed = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  // Whoever waits for something of the router is told; nobody else needs to know.
  closed.catch(() => {});
  const kill = (): boolean => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });

  /** Calls `look` now and at each event until it gives something; rejects when the router ends before. */
  function until<Found>(emitter: EventEmitter, event: string, look: () => Found | undefined): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const check = (): void => {
      const found = look();
      if (found !== undefined) resolve(found);
    };
    emitter.on(event, check);
    closed.then(([code, killedBy]) => {
      check();
      reject(new Error([`the router ended with ${killedBy ?? `exit status ${code}`}`, ...log].join('\n')));
    }, reject);
    check();
    return promise.finally(() => emitter.off(event, check));
  }

  child.on('message', (message) => {
    const received = message as Report;
    reports.push(received);
    onReport(received);
  });
  // Read as UTF-8 and as a whole line, wherever the pipe may cut it.
  const lines = createInterface({ input: stderr });
  let metricsUrl: string | undefined;
  lines.on('line', (text) => {
    if (text.startsWith('{')) log.push(text);
    else console.error(text);
    metricsUrl ??= /"metrics at (http:[^\s;"]+)/.exec(text)?.[1];
  });

  const killing = setTimeout(kill, START_LIMIT_MS);
  const url = await until(lines, 'line', () => metricsUrl).finally(() => clearTimeout(killing));

  return {
    metricsUrl: url,
    log,
    report: (predicate) => until(child, 'message', () => reports.find(predicate)),
    async stop() {
      child.send('stop');
      const last = await until(child, 'message', () => reports.find(({ kind }) => kind === 'stopped'));
      const [code] = await closed;
      if (code !== 0) throw new Error(`the router ended with exit status ${code}`);
      return last;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** What the shell says about telemetry is meant for other processes than this one. */
function withoutTelemetrySettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('OTEL_')));
}
