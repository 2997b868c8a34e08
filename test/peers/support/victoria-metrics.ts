import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { victoriaMetrics } from './peers.ts';
import { PromqlApi } from './prometheus.ts';
import { RunningProgram } from './running-program.ts';

/** A VictoriaMetrics that takes remote write, until the end of the block that uses it. */
export class VictoriaMetrics extends PromqlApi implements AsyncDisposable {
  readonly #program: RunningProgram;

  private constructor(origin: string, program: RunningProgram) {
    super(origin);
    this.#program = program;
  }

  static async start(): Promise<VictoriaMetrics> {
    const address = `127.0.0.1:${await freePort()}`;
    const program = await RunningProgram.start({
      command: victoriaMetrics.program,
      args: (folder) => [
        `--storageDataPath=${join(folder, 'data')}`,
        `--httpListenAddr=${address}`,
        // It holds back what is younger than half a minute unless it is told not to.
        '--search.latencyOffset=0s',
      ],
      readyUrl: `http://${address}/health`,
    });
    return new VictoriaMetrics(`http://${address}`, program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
