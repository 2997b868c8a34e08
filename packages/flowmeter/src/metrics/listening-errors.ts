import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import { reasonOf } from '../reason-of.ts';

/** What to change where an address cannot be listened on, by the name of what it was given by. */
export function whatToChange(error: unknown, { host, port, names }: PrometheusConfiguration): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const otherHost = `set ${names.host} to one, or to 0.0.0.0 for all`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; set ${names.port} to another one, or to 0 for any free one`;
    case 'EACCES':
      return `port ${port} on ${host} is not permitted; set ${names.port} to one from 1024 on, or to 0 for any free one`;
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine; ${otherHost}`;
    case 'EINVAL':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return `${host} cannot be made out as an address of this machine (${code}); ${otherHost}`;
    default:
      return `${reasonOf(error)} (${names.host} is ${host}, ${names.port} is ${port})`;
  }
}
