import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { collector, programOf } from './peers.ts';
import { RunningProgram } from './running-program.ts';

/** What a collector is given to listen on, addresses without a scheme; they are its own from one start to the next. */
export interface CollectorPorts {
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  /** Of the Prometheus exporter, where there is one. */
  readonly prometheus: string;
  readonly health: string;
}

/** Addresses for a collector that those who push to it know before it is there. */
export async function collectorPorts(): Promise<CollectorPorts> {
  const address = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
  return {
    otlpHttp: await address(),
    otlpGrpc: await address(),
    prometheus: await address(),
    health: await address(),
  };
}

/** A collector as its configuration has it, until the end of the block that uses it. */
export class Collector implements AsyncDisposable {
  readonly ports: CollectorPorts;
  readonly program: RunningProgram;

  private constructor(ports: CollectorPorts, program: RunningProgram) {
    this.ports = ports;
    this.program = program;
  }

  /** @param configure makes the configuration file, as an object: JSON is YAML. The health check is added to it. */
  static async start(
    ports: CollectorPorts,
    configure: (ports: CollectorPorts, folder: string) => CollectorConfig,
  ): Promise<Collector> {
    const program = await RunningProgram.start({
      command: programOf(collector),
      prepare: async (folder) => {
        const { service, extensions = {}, ...config } = configure(ports, folder);
        const whole = {
          ...config,
          extensions: { ...extensions, health_check: { endpoint: ports.health } },
          // Its own metrics would be served on a port that is the same for all.
          service: {
            ...service,
            extensions: [...Object.keys(extensions), 'health_check'],
            telemetry: { metrics: { level: 'none' } },
          },
        };
        await writeFile(join(folder, 'collector.yaml'), JSON.stringify(whole));
      },
      args: (folder) => [`--config=${join(folder, 'collector.yaml')}`],
      readyUrl: `http://${ports.health}/`,
    });
    return new Collector(ports, program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}

/** A configuration of the collector, as far as this needs to know it. */
export interface CollectorConfig {
  readonly receivers: object;
  readonly processors?: object;
  readonly exporters: object;
  readonly extensions?: object;
  readonly service: { readonly pipelines: object };
}
