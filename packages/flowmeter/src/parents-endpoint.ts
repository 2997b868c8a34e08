import type { Configuration } from './configuration/configuration.ts';
import { tellChildren } from './configuration/parent-process.ts';

/** What the processes that this one starts are told, kept up to date. */
export class ToldChildren {
  readonly #configuration: Configuration;
  #takeBack: () => void = () => {};

  /** Told from the start, as they may be started before the endpoint is open; unless it may turn out to be the parent's. */
  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    const { exporters, parent, prometheus } = configuration;
    const port = exporters.includes('prometheus') ? prometheus.port : undefined;
    if (port === undefined ? parent === undefined : port !== parent?.port) this.tell(port);
  }

  /** @param port of this process' own endpoint */
  tell(port: number | undefined): void {
    const { parent, resourceAttributes } = this.#configuration;
    const instanceId = resourceAttributes['service.instance.id'] ?? parent?.instanceId;
    this.#takeBack();
    this.#takeBack = tellChildren({ pid: process.pid, port, instanceId });
  }

  takeBack(): void {
    this.#takeBack();
    this.#takeBack = () => {};
  }
}

/**
 * What to say of an endpoint that could not be opened because the one of the process that has started this one is there already:
 * nothing is wrong then. `undefined` where it is another reason.
 */
export function ofParent(failure: unknown, { parent, prometheus }: Configuration): string | undefined {
  const cause = failure instanceof Error ? failure.cause : undefined;
  const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  if (!isTaken || parent === undefined || parent.port !== prometheus.port || !isAlive(parent.pid)) return undefined;
  return `the endpoint at port ${parent.port} is that of process ${parent.pid}, which has started this one`;
}

/** One that has ended holds no port: then it is somebody else's. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
