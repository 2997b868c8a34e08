/** A Prometheus, of whatever version, asked over its HTTP API. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { RunningProgram } from './running-program.ts';

export interface PrometheusOptions {
  readonly command: string;
  /** The configuration file, as an object: JSON is YAML. */
  readonly config?: object;
  /** Flags beside those for files and addresses. */
  readonly flags?: readonly string[];
}

/** A series with its last value. */
export interface Sample {
  readonly name: string;
  /** Without `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A series with all its values in a range. */
export interface SampleRange {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly { readonly seconds: number; readonly value: number }[];
}

export interface Metadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string }[];
}

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Of a native histogram, `histogram` is in the place of it. */
  readonly value?: readonly [seconds: number, value: string];
  readonly values?: readonly (readonly [seconds: number, value: string])[];
}

/** What answers PromQL over HTTP as Prometheus does. */
export class PromqlApi {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** The series of an instant query; `seconds` is the time that it is asked for. */
  async query(query: string, seconds = Date.now() / 1000): Promise<Sample[]> {
    const { result } = (await this.ask('query', { query, time: String(seconds) })) as { result: readonly ApiSeries[] };
    return result.map(({ metric: { __name__: name = '', ...labels }, value }) => ({
      name,
      labels,
      value: numberOf(value?.[1]),
    }));
  }

  /** The value of a query that finds one series. */
  async valueOf(query: string, seconds?: number): Promise<number> {
    const found = await this.query(query, seconds);
    if (found.length !== 1) throw new Error(`${query} finds ${found.length} series`);
    return found[0]?.value ?? NaN;
  }

  /** The samples of a range vector, as they are stored. */
  async samples(query: string, seconds = Date.now() / 1000): Promise<SampleRange[]> {
    const { result } = (await this.ask('query', { query, time: String(seconds) })) as { result: readonly ApiSeries[] };
    return result.map(({ metric: { __name__: name = '', ...labels }, values = [] }) => ({
      name,
      labels,
      values: values.map(([at, value]) => ({ seconds: at, value: numberOf(value) })),
    }));
  }

  /** What the scrapes of a job have told of metrics, by name. */
  async targetMetadata(job: string): Promise<Map<string, Metadata>> {
    const parameters = { match_target: `{job="${job}"}` };
    const found = (await this.ask('targets/metadata', parameters)) as readonly (Metadata & { metric: string })[];
    return new Map(found.map(({ metric, type, help, unit }) => [metric, { type, help, unit }]));
  }

  /** The exemplars of the last ten minutes. */
  async exemplars(query: string): Promise<ExemplarSeries[]> {
    const now = Date.now() / 1000;
    return (await this.ask('query_exemplars', {
      query,
      start: String(now - 600),
      end: String(now + 60),
    })) as ExemplarSeries[];
  }

  async ask(what: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const body = new URLSearchParams(parameters);
    const answer = await fetch(`${this.origin}/api/v1/${what}?${body.toString()}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what} of ${JSON.stringify(parameters)}: ${answer.status} ${text}`);
    return (JSON.parse(text) as { data: unknown }).data;
  }
}

/** A Prometheus with a data base of its own, until the end of the block that uses it. */
export class Prometheus extends PromqlApi implements AsyncDisposable {
  readonly program: RunningProgram;

  private constructor(origin: string, program: RunningProgram) {
    super(origin);
    this.program = program;
  }

  static async start({ command, config = {}, flags = [] }: PrometheusOptions): Promise<Prometheus> {
    const address = `127.0.0.1:${await freePort()}`;
    const program = await RunningProgram.start({
      command,
      prepare: (folder) => writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config)),
      args: (folder) => [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        ...flags,
      ],
      readyUrl: `http://${address}/-/ready`,
    });
    return new Prometheus(`http://${address}`, program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}

function numberOf(text: string | undefined): number {
  if (text === undefined) return NaN;
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
