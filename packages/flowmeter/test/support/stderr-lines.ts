import type { TestContext } from 'node:test';

/** What is said on stderr. */
export interface StderrLines {
  readonly lines: readonly string[];
  /** The first line, past or to come, that matches. */
  line(pattern: RegExp): Promise<string>;
}

/** Takes what is said on stderr for the rest of the test, as people read it. OpenTelemetry's messages are said there as well. */
export function takeStderr(context: TestContext): StderrLines {
  process.env['FLOWMETER_LOG_FORMAT'] = 'text';
  context.after(() => delete process.env['FLOWMETER_LOG_FORMAT']);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  context.mock.method(process.stderr, 'write', (text: string, done?: () => void) => {
    lines.push(...text.trimEnd().split('\n'));
    for (const look of waiting) look();
    done?.();
    return true;
  });
  return {
    lines,
    line(pattern) {
      const { promise, resolve } = Promise.withResolvers<string>();
      const look = (): void => {
        const found = lines.find((line) => pattern.test(line));
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
      return promise;
    },
  };
}
