import type { DestinationStream, Logger } from 'pino';
import { registeredLoggerProvider } from '../api-registration.ts';
import { parseLine } from './log-line.ts';
import { logFormat } from './log-settings.ts';
import { emit } from './logs-bridge.ts';
import { toText } from './text-line.ts';
import { writeToStderr } from './write-to-stderr.ts';

/** Has pino leave what it knows of a line on the stream (its documentation, "Destinations"). */
const METADATA = Symbol.for('pino.metadata');

/** What pino writes the lines of a target to: stderr, and OpenTelemetry's logs API where a provider is registered. */
export interface LineStream extends DestinationStream {
  readonly [METADATA]: true;
  lastLevel: number;
  lastLogger: Logger | undefined;
}

export function createLineStream(target: string): LineStream {
  return {
    [METADATA]: true,
    lastLevel: 0,
    lastLogger: undefined,
    write(line) {
      const isText = logFormat() === 'text';
      const isEmitted = registeredLoggerProvider() !== undefined;
      if (!isText && !isEmitted) return writeToStderr(line);
      const { lastLevel, lastLogger } = this;
      const parsed = parseLine(line);
      writeToStderr(isText ? toText(target, parsed, false) : line);
      if (isEmitted) emit(target, lastLevel, lastLogger?.levels.labels[lastLevel] ?? '', parsed);
    },
  };
}
