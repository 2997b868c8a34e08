/** The configurations of examples/deployment: loaded as they stand, and run on addresses that are free. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { collector, newPrometheus, programOf } from './peers.ts';
import { PromqlApi } from './prometheus.ts';
import { RunningProgram } from './running-program.ts';

export const FOLDER = fileURLToPath(new URL('../../../examples/deployment', import.meta.url));

/** Every address of the configurations, and nothing else that they have. */
const ADDRESS = /\b(localhost|0\.0\.0\.0|gateway|collector|prometheus):(\d+)\b|\bhost: \S+, port: (\d+)/g;

/** A deployment on one machine: the same address in two files is the same here. */
export class Deployment {
  readonly #running: AsyncDisposableStack;
  readonly #addresses = new Map<string, string>();
  readonly #apiServer: string | undefined;

  /** @param apiServer the cluster's, which the programs in it know from their environment */
  constructor(running: AsyncDisposableStack, apiServer?: string) {
    this.#running = running;
    this.#apiServer = apiServer;
  }

  /** Where a port of the configurations is; `owner`, if it is that of a machine of several. */
  async address(port: string, owner = ''): Promise<string> {
    const key = `${owner}:${port}`;
    const address = this.#addresses.get(key) ?? `127.0.0.1:${await freePort()}`;
    this.#addresses.set(key, address);
    return address;
  }

  /**
   * @param machine which it runs on
   * @param ownPorts those that are of that machine, and not known to others
   */
  async collector(file: string, machine: string, ownPorts: readonly string[]): Promise<void> {
    await this.collectorWith(textOf(file), machine, ownPorts);
  }

  /** The same, of a configuration that is in another file. */
  async collectorWith(configuration: string, machine: string, ownPorts: readonly string[]): Promise<void> {
    const name = 'collector.yaml';
    const text = await this.#moved(configuration, machine, ownPorts);
    const health = await this.address('13133', machine);
    this.#running.use(
      await RunningProgram.start({
        command: programOf(collector),
        prepare: (folder) => writeFile(join(folder, name), text),
        args: (folder) => [`--config=${join(folder, name)}`],
        readyUrl: `http://${health}/`,
      }),
    );
  }

  /** @param file none where the deployment says nothing of its configuration */
  async prometheus(file: string | undefined, ...flags: string[]): Promise<PromqlApi> {
    let text = file === undefined ? '{}' : await this.#moved(textOf(file), '', []);
    if (this.#apiServer !== undefined) text = text.replace('role: pod', `$&\n        api_server: ${this.#apiServer}`);
    const address = await this.address('9090');
    this.#running.use(
      await RunningProgram.start({
        command: programOf(newPrometheus),
        prepare: (folder) => writeFile(join(folder, 'prometheus.yml'), text),
        args: (folder) => [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=${address}`,
          ...flags,
        ],
        readyUrl: `http://${address}/-/ready`,
      }),
    );
    return new PromqlApi(`http://${address}`);
  }

  async #moved(configuration: string, machine: string, ownPorts: readonly string[]): Promise<string> {
    let text = configuration;
    for (const [found, , port, telemetryPort] of text.matchAll(ADDRESS)) {
      const known = port ?? telemetryPort ?? '';
      const address = await this.address(known, ownPorts.includes(known) ? machine : '');
      const [host, free] = address.split(':');
      text = text.replace(found, telemetryPort === undefined ? address : `host: ${host}, port: ${free}`);
    }
    return text;
  }
}

function textOf(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** What the program that reads a configuration has against it, as it stands; nothing, if it is right. */
export function complaintsAbout(file: string): string {
  const path = join(FOLDER, file);
  const [program, args] = file.endsWith('/prometheus.yml')
    ? [programOf(newPrometheus, 'promtool'), ['check', 'config', path]]
    : [programOf(collector), ['validate', `--config=${path}`]];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}
