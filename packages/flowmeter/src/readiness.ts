import type { Readiness } from '@flowmeter/prometheus';
import type { Messages } from './messages.ts';

/** Tells that the application has become ready, or is ready no more, with the state of each component: it explains failed probes. */
export function tellReadiness({ isReady, components }: Readiness, messages: Messages): void {
  const states = components.map(
    ({ name, status, reason }) => `${name} ${status}${reason === undefined ? '' : ` (${reason})`}`,
  );
  const count = components.length === 1 ? '1 component' : `${components.length} components`;
  const line = [count, ...states].join('; ');
  if (isReady) messages.info(`ready: ${line}`);
  else messages.warn(`not ready: ${line}`);
}
