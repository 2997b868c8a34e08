import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** What is scraped: all targets of a job are called alike but for their paths. */
export interface ScrapeJob {
  readonly name: string;
  /** Without a scheme. */
  readonly address: string;
  readonly paths: readonly string[];
}

/** What Prometheus says of a target. */
export interface TargetHealth {
  readonly labels: Readonly<Record<string, string>>;
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

export interface QuerySample {
  readonly metric: Readonly<Record<string, string>>;
  /** Of a native histogram, nothing is here. */
  readonly value?: readonly [seconds: number, value: string];
}

export interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string }[];
}

const LIMIT_MS = 30_000;
const BETWEEN_LOOKS_MS = 50;

/**
 * Ends the program when its own input ends: so it ends with the tests, however they end.
 */
const WATCHED = '"$@" </dev/null & read -r _; kill -9 $!';

/** A Prometheus with a data base of its own, until the end of the block that uses it. */
export class PrometheusProcess implements AsyncDisposable {
  readonly #origin: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #said = '';

  private constructor(port: number, folder: string, features: readonly string[]) {
    this.#origin = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    const enabled = features.length === 0 ? [] : [`--enable-feature=${features.join()}`];
    const command = [
      'prometheus',
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
      ...enabled,
    ];
    this.#process = spawn('sh', ['-c', WATCHED, 'sh', ...command], { stdio: ['pipe', 'ignore', 'pipe'] });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  /** @param intervalMs between two scrapes of a target, the first of which is at some time within it */
  static async start(
    jobs: readonly ScrapeJob[],
    intervalMs: number,
    features: readonly string[] = [],
  ): Promise<PrometheusProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'flowmeter-prometheus-'));
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(toConfig(jobs, intervalMs)));
    return new PrometheusProcess(await freePort(), folder, features);
  }

  /** The targets, when all have been scraped, and those are up that are meant to be. */
  async targets(
    areSettled: (targets: readonly TargetHealth[]) => boolean = areScraped,
  ): Promise<readonly TargetHealth[]> {
    const ask = async (): Promise<readonly TargetHealth[]> => {
      const { activeTargets } = (await this.#ask('targets', {})) as { activeTargets: readonly TargetHealth[] };
      return activeTargets;
    };
    return this.#until(ask, (targets) => targets.length > 0 && areSettled(targets));
  }

  /** What a query finds, when it finds what is waited for. */
  async query(
    query: string,
    isFound: (samples: readonly QuerySample[]) => boolean = ({ length }) => length > 0,
  ): Promise<readonly QuerySample[]> {
    const ask = async (): Promise<readonly QuerySample[]> => {
      const { result } = (await this.#ask('query', { query })) as { result: readonly QuerySample[] };
      return result;
    };
    return this.#until(ask, isFound);
  }

  /** The exemplars of the last minute, when there are any. */
  async exemplars(query: string): Promise<readonly ExemplarSeries[]> {
    const ask = async (): Promise<readonly ExemplarSeries[]> => {
      const now = Date.now() / 1000;
      const range = { start: String(now - 60), end: String(now + 60) };
      return (await this.#ask('query_exemplars', { query, ...range })) as readonly ExemplarSeries[];
    };
    return this.#until(ask, ({ length }) => length > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isOver = once(this.#process, 'close');
    this.#process.stdin?.end();
    await isOver;
    await rm(this.#folder, { recursive: true });
  }

  async #ask(what: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${this.#origin}/api/v1/${what}?${new URLSearchParams(parameters).toString()}`);
    const { data, error } = (await response.json()) as { data?: unknown; error?: string };
    if (error !== undefined) throw new TypeError(`${what} of ${JSON.stringify(parameters)}: ${error}`);
    return data;
  }

  /** Another program says nothing when it has got somewhere: it is asked again and again, for half a minute at most. */
  async #until<Answer>(ask: () => Promise<Answer>, isFound: (answer: Answer) => boolean): Promise<Answer> {
    let answer: Answer | undefined;
    for (const end = Date.now() + LIMIT_MS; Date.now() < end; await setTimeout(BETWEEN_LOOKS_MS)) {
      if (this.#process.exitCode !== null) throw new Error(`Prometheus has ended: ${this.#said}`);
      answer = await ask().catch((error: unknown) => {
        // While it starts, Prometheus refuses connections, or answers 503 in words.
        if (error instanceof SyntaxError || isRefused(error)) return undefined;
        throw error;
      });
      if (answer !== undefined && isFound(answer)) return answer;
    }
    throw new Error(`Prometheus says ${JSON.stringify(answer)} still, and of itself ${this.#said}`);
  }
}

function areScraped(targets: readonly TargetHealth[]): boolean {
  return targets.every(({ health }) => health !== 'unknown');
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && error.message === 'fetch failed';
}

function toConfig(jobs: readonly ScrapeJob[], intervalMs: number): unknown {
  return {
    global: { scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs}ms` },
    scrape_configs: jobs.map(({ name, address, paths }) => ({
      job_name: name,
      static_configs: paths.map((path) => ({ targets: [address], labels: { __metrics_path__: path, path } })),
    })),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
