import { isMainThread } from 'node:worker_threads';
import { isLauncher } from './application-package.ts';
import type { Configuration } from './configuration/configuration.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import type { Problem } from './configuration/settings.ts';
import { checkOptions } from './configuration/check-options.ts';
import { toError, withOptions, type StartOptions } from './configuration/start-options.ts';
import { IDLE, run, type Flowmeter } from './flowmeter.ts';
import { createMessages, sayError } from './messages.ts';
import { reasonOf } from './reason-of.ts';

/** Where all copies of this package in one process find out that one of them has started. */
const RUNNING = Symbol.for('flowmeter.running');

interface Running {
  [RUNNING]?: Promise<Flowmeter>;
}

/**
 * Starts the metrics of this process: a meter provider with the views of all instrument sets, the Prometheus endpoint
 * and the OTLP push. Instruments are live as soon as this has been called; the promise resolves when the endpoint is
 * open.
 *
 * Once for a process: while it runs, a further call gives the same handle, whatever its options.
 *
 * @throws TypeError (as a rejection) for an option that does not exist, RangeError for one whose value is not allowed.
 * What is wrong in the environment is told in a line on stderr and replaced by its default.
 */
export async function start(options: StartOptions = {}): Promise<Flowmeter> {
  const running = (globalThis as Running)[RUNNING];
  if (running !== undefined) return running;
  checkOptions(options);
  const { environment, optionNames } = withOptions(process.env, options);
  const { configuration, problems } = readConfiguration(environment, optionNames);
  for (const problem of problems) {
    const option = optionNames.get(problem.variable);
    if (option !== undefined) throw toError(problem, option);
  }
  const resourceAttributes = { ...configuration.resourceAttributes, ...options.resourceAttributes };
  const { resourceConstantLabels = configuration.prometheus.resourceConstantLabels } = options.prometheus ?? {};
  const prometheus = { ...configuration.prometheus, resourceConstantLabels };
  return begin({ ...configuration, prometheus, resourceAttributes }, problems);
}

/**
 * Starts with the choices of the environment alone, and never fails: for `flowmeter/register`. In a worker thread, which
 * is preloaded like the main thread, it only pushes: the port is the main thread's, and so are start line and complaints
 * about the environment.
 */
export function startFromEnvironment(): void {
  startThisThread().catch((error: unknown) => {
    sayError(`not started: ${reasonOf(error)}`);
  });
}

async function startThisThread(): Promise<void> {
  if (isLauncher(process)) return;
  if (isMainThread) {
    await start();
    return;
  }
  const { configuration } = readConfiguration(process.env);
  const exporters = configuration.exporters.filter((exporter) => exporter !== 'prometheus');
  // What the environment gives the process as its identity is the main thread's; this one has its own.
  const { 'service.instance.id': _, ...resourceAttributes } = configuration.resourceAttributes;
  await begin({ ...configuration, exporters, resourceAttributes, logLevel: configuration.logLevel ?? 'warn' }, []);
}

async function begin(configuration: Configuration, problems: readonly Problem[]): Promise<Flowmeter> {
  const holder = globalThis as Running;
  if (holder[RUNNING] !== undefined) return holder[RUNNING];
  if (configuration.disabled) return IDLE;
  const messages = createMessages(configuration);
  for (const { variable, value, allowed, consequence } of problems) {
    messages.error(`${variable} is ${JSON.stringify(value)}; allowed is ${allowed}; ${consequence}`);
  }
  const over = (): void => {
    delete holder[RUNNING];
  };
  holder[RUNNING] = run(configuration, messages, over);
  holder[RUNNING].catch(over);
  return holder[RUNNING];
}
