import { readConfiguration } from './configuration/read-configuration.ts';
import { toError, withOptions, type StartOptions } from './configuration/start-options.ts';
import { IDLE, run, type Flowmeter } from './flowmeter.ts';
import { createMessages, reasonOf } from './messages.ts';

/** Where all copies of this package in one process find out that one of them has started. */
const RUNNING = Symbol.for('flowmeter.running');

/**
 * Starts the metrics of this process: a meter provider with the views of all instrument sets, the Prometheus endpoint
 * and the OTLP push. Instruments are live as soon as this has been called; the promise resolves when the endpoint is
 * open.
 *
 * Once for a process: while it runs, a further call gives the same handle, whatever its options.
 *
 * @throws RangeError (as a rejection) for an option that is not allowed. What is wrong in the environment is told in a
 * line on stderr and replaced by its default.
 */
export async function start(options: StartOptions = {}): Promise<Flowmeter> {
  const holder = globalThis as { [RUNNING]?: Promise<Flowmeter> };
  const running = holder[RUNNING];
  if (running !== undefined) return running;

  const { environment, optionNames } = withOptions(process.env, options);
  const { configuration, problems } = readConfiguration(environment);
  for (const problem of problems) {
    const option = optionNames.get(problem.variable);
    if (option !== undefined) throw toError(problem, option);
  }
  if (configuration.disabled) return IDLE;

  const messages = createMessages(configuration.logLevel);
  for (const { variable, value, allowed, consequence } of problems) {
    messages.error(`${variable} is ${JSON.stringify(value)}; allowed is ${allowed}; ${consequence}`);
  }
  const resourceAttributes = { ...configuration.resourceAttributes, ...options.resourceAttributes };
  const started = run({ ...configuration, resourceAttributes }, messages, () => {
    delete holder[RUNNING];
  });
  holder[RUNNING] = started;
  return started;
}

/** Starts with the choices of the environment alone, and never fails: for `flowmeter/register`. */
export function startFromEnvironment(): void {
  start().catch((error: unknown) => {
    console.error(`flowmeter: not started: ${reasonOf(error)}`);
  });
}
