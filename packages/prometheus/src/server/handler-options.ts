import { checkOptions, type OptionRule } from './checked-options.ts';
import type { Health } from './health.ts';

export interface HandlerOptions {
  /** What `/health` and `/ready` tell; without it both are always well. */
  readonly health?: Health;
  /**
   * Where the handler is mounted, such as `/internal`, on a server that passes the whole path: Fastify, node:http, Hono's
   * `app.all`. Not needed where the router cuts it off: Express' `app.use`, Hono's `app.mount`. A path that does not begin
   * with it is taken as it is, so that it harms neither.
   */
  readonly prefix?: string;
}

export const HEALTH: OptionRule = {
  // Not by its class, of which there may be another copy.
  isAllowed: (value) => value instanceof Object && 'health' in value && 'ready' in value,
  allowed: 'a Health',
};

const PREFIX: OptionRule = {
  isAllowed: (value) => typeof value === 'string' && /^(\/[^?#\s]*)?$/.test(value),
  allowed: "the beginning of a path, such as '/internal', or an empty text",
};

/** @throws TypeError that names the option, its value and what is allowed */
export function checkHandlerOptions(options: HandlerOptions): void {
  checkOptions(options, { health: HEALTH, prefix: PREFIX });
}
