import type { OpenWebConfig } from './open-web-config.ts';

/**
 * Opens a web configuration file of the Prometheus exporter-toolkit, for a `PrometheusServer`. The file itself is read once;
 * certificates are re-read when they change. What is allowed but unwise is a warning.
 *
 * @throws Error (as a rejection) with one line: the file, the key, the value if it is no secret, and what is allowed
 */
export async function openWebConfig(path: string): Promise<OpenWebConfig> {
  // An endpoint without such a file does not pay for TLS.
  const { openWebConfig: open } = await import('./open-web-config.ts');
  return open(path);
}
