import { reasonOf } from '../messages.ts';

/** What to change where an address cannot be listened on, for one who configures by variables. */
export function whatToChange(error: unknown, host: string, port: number): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; set OTEL_EXPORTER_PROMETHEUS_PORT to another one, or to 0 for any free one`;
    case 'EACCES':
      return `port ${port} on ${host} is not permitted; set OTEL_EXPORTER_PROMETHEUS_PORT to one from 1024 on, or to 0 for any free one`;
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine; set OTEL_EXPORTER_PROMETHEUS_HOST to one, or to 0.0.0.0 for all`;
    default:
      return reasonOf(error);
  }
}
