import type { Configuration } from '../configuration/configuration.ts';

/** Where metrics are pushed to, for people to read. */
export function describePushes({ exporters, otlp, exportIntervalMs }: Configuration): readonly string[] {
  const every = `every ${exportIntervalMs / 1000} s`;
  return [
    ...(exporters.includes('otlp') ? [`OTLP push to ${withoutSecrets(otlp.url)} (${otlp.protocol}) ${every}`] : []),
    ...(exporters.includes('console') ? [`console ${every}`] : []),
  ];
}

/** A user, a password and a query may all be secrets. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : `${origin}${pathname}`;
}
