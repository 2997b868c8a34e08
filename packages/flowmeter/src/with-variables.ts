import type { Environment } from './configuration/settings.ts';

/**
 * Calls `make` while the variables with `prefix` are exactly those given; what is not allowed has been reported by
 * then, and OpenTelemetry's parts, which read the environment for themselves, would report it a second time. Only for
 * synchronous work: nothing else of the process runs meanwhile.
 */
export function withVariables<Result>(prefix: string, variables: Environment, make: () => Result): Result {
  const before = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  replace(prefix, Object.entries(variables));
  try {
    return make();
  } finally {
    replace(prefix, before);
  }
}

function replace(prefix: string, variables: readonly [string, string | undefined][]): void {
  for (const name of Object.keys(process.env)) if (name.startsWith(prefix)) delete process.env[name];
  for (const [name, value] of variables) {
    if (name.startsWith(prefix) && value !== undefined) process.env[name] = value;
  }
}
