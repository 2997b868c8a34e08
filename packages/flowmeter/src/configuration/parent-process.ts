import type { Environment } from './settings.ts';

/** What a process tells those that it starts, which inherit its environment, and its preload with that. */
const VARIABLE = 'FLOWMETER_PARENT';

/** A process with flowmeter that this one was started by, itself or through others. */
export interface ParentProcess {
  readonly pid: number;
  /** The port of its endpoint; `undefined` where it has none. */
  readonly port: number | undefined;
  /** The `service.instance.id` that its environment has given it. */
  readonly instanceId: string | undefined;
}

export function parentOf(environment: Environment): ParentProcess | undefined {
  const told = new URLSearchParams(environment[VARIABLE]);
  const [pid, port, instanceId] = [told.get('pid'), told.get('port'), told.get('instance')];
  if (pid === null) return undefined;
  return { pid: Number(pid), port: port === null ? undefined : Number(port), instanceId: instanceId ?? undefined };
}

/** Tells the processes that this one will start of it; returns a function that takes it back. */
export function tellChildren({ pid, port, instanceId }: ParentProcess): () => void {
  const before = process.env[VARIABLE];
  const told = new URLSearchParams({ pid: String(pid) });
  if (port !== undefined) told.set('port', String(port));
  if (instanceId !== undefined) told.set('instance', instanceId);
  process.env[VARIABLE] = told.toString();
  return () => {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
  };
}
