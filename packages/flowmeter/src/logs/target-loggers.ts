import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import type { LogConfiguration } from '../configuration/log-configuration.ts';
import { createLineStream } from './line-stream.ts';
import { withoutReserved } from './log-line.ts';
import { levelOfTarget, setLogSettings } from './log-settings.ts';
import { traceContext } from './trace-context.ts';

/** The application's loggers, by target. */
const loggers = new Map<string, Logger>();

/**
 * The application's logger for a target: pino's own `Logger`, whose lines go where flowmeter's go. Each call with one target gives the
 * same one. It can be had at any time, before `start()` and without it; levels are those of `FLOWMETER_LOG`, or `info`.
 *
 * A target is a part of the application, and lives as long as it does; what belongs to a request is a `child` of it.
 *
 * @param target a name, as `orders`, or that of a part, `orders::payment`
 * @throws TypeError if it is not a string, or empty
 */
export function logger(target: string): Logger {
  if (typeof target !== 'string' || target === '') {
    const shown = target === '' ? '""' : typeof target;
    throw new TypeError(`flowmeter: logger(): target is ${shown}; allowed is a string that is not empty`);
  }
  let found = loggers.get(target);
  if (found === undefined) loggers.set(target, (found = createLogger(target)));
  return found;
}

/** Has the newest start decide what is logged and how, by the loggers that there are, too. */
export function configureLog(configuration: LogConfiguration): void {
  const present = [...loggers].map(([target, each]) => ({ target, each, before: levelOfTarget(target) }));
  setLogSettings(configuration);
  for (const { target, each, before } of present) {
    // A level that the application has set stays, where the settings say nothing new.
    if (levelOfTarget(target) !== before) each.level = pinoLevel(target);
  }
}

function createLogger(target: string): Logger {
  // Loaded with the first logger: nobody waits for it before.
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino');
  const options = {
    level: pinoLevel(target),
    base: { target },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }), log: withoutReserved },
    mixin: traceContext,
  };
  return pino(options, createLineStream(target));
}

function pinoLevel(target: string): string {
  const level = levelOfTarget(target);
  return level === 'off' ? 'silent' : level;
}
