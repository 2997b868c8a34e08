/** The application of the tests, as a child process that is told what to record. */
import { fileURLToPath } from 'node:url';
import { REGISTER_FROM_SOURCE, startApp, type ChildApp } from '../../support/child-app.ts';
import { freePort } from './free-port.ts';
import type { ProcessFigures } from './process-figures.ts';

/** The name of a recording that the application knows, and what it takes. */
export type Recording = readonly [name: string, ...values: (string | number | boolean)[]];

/** A line that tells the application to record: all of it at once, so that no scrape or push sees a part. */
export interface Call {
  readonly recordings: readonly Recording[];
  /** Told back when it is done. */
  readonly number: number;
}

export interface ServiceOptions {
  /** `service.name`, by which the tests know its series. */
  readonly name: string;
  /** Whether it records what is planned. */
  readonly plan?: boolean;
  /** Whether its load is that of a soak. */
  readonly soak?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Resource attributes beside {@link RESOURCE}. */
  readonly resource?: Readonly<Record<string, string>>;
  /** How Node is told to load flowmeter; from its source if not given. */
  readonly register?: readonly string[];
  /** Where its endpoint is, for a service that is known beforehand or comes again; anywhere free if not given. */
  readonly address?: string;
}

/** Resource attributes that all services of the tests have, beside those that are detected. */
export const RESOURCE = { 'deployment.environment.name': 'peers', 'service.version': '1.2.3' } as const;

/** What each tick of a service under load records. */
export const LOAD = { source: 'load', intervalMs: 20, records: 1.25, latencyMs: 0.75 } as const;

const FIXTURE = fileURLToPath(new URL('../fixtures/service.ts', import.meta.url));

/** Long enough for all the tests of a file. */
const LIMIT_MS = 600_000;

export class Service implements AsyncDisposable {
  readonly name: string;
  readonly app: ChildApp;
  /** Of the endpoint, without a scheme. */
  readonly address: string;
  #calls = 0;

  private constructor(name: string, address: string, app: ChildApp) {
    this.name = name;
    this.address = address;
    this.app = app;
  }

  /** Resolves when it has recorded what is planned, and its endpoint is open. */
  static async start({
    name,
    plan = false,
    soak = false,
    env = {},
    resource = {},
    register = REGISTER_FROM_SOURCE,
    address: given,
  }: ServiceOptions): Promise<Service> {
    const address = given ?? `127.0.0.1:${await freePort()}`;
    const app = startApp([...register, FIXTURE, soak ? 'soak' : plan ? 'plan' : 'none'], {
      // A soak takes as long as it is told to; without who has started it, a service ends by itself.
      limitMs: soak ? 0 : LIMIT_MS,
      env: {
        OTEL_SERVICE_NAME: name,
        OTEL_RESOURCE_ATTRIBUTES: Object.entries({ ...RESOURCE, ...resource })
          .map((pair) => pair.join('='))
          .join(),
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: address.split(':')[1] ?? '',
        ...env,
      },
    });
    const service = new Service(name, address, app);
    try {
      await app.line(/^recorded$/);
      return service;
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Has it record something; resolves when that is done. */
  async record(...recordings: readonly Recording[]): Promise<void> {
    const call: Call = { recordings, number: (this.#calls += 1) };
    this.app.write(JSON.stringify(call));
    await this.app.line(new RegExp(`^done ${call.number}$`));
  }

  /** Has it push what there is, however long that takes; it pushes when it is told to, and once a minute. */
  async flush(): Promise<void> {
    await this.record(['flush']);
  }

  /** How many ticks of load it has begun, as far as it is known. */
  get ticks(): number {
    const last = this.app.stdout.findLast((line) => line.startsWith('tick '));
    return Number(last?.slice('tick '.length) ?? 0);
  }

  /** Its figures, of the time since it was asked last. */
  async measure(): Promise<ProcessFigures> {
    await this.record(['measure']);
    const last = this.app.stdout.findLast((line) => line.startsWith('measured '));
    return JSON.parse(last?.slice('measured '.length) ?? '') as ProcessFigures;
  }

  /** The reasons of all pushes that have failed, where it tells them all: `FLOWMETER_LOG=flowmeter=debug`. */
  get failures(): readonly string[] {
    return this.app.stderr.flatMap((line) => / OTLP push to \S+ fails (?:still )?\((.+)\)/.exec(line)?.[1] ?? []);
  }

  /** Whether the last push has failed. */
  get isFailing(): boolean {
    return / fails (?:still )?\(/.test(this.app.stderr.findLast((line) => / OTLP push to /.test(line)) ?? '');
  }

  /** Ends it at once, without a last push. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }
}
