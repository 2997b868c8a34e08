import type { ComponentState, PipelineState, Readiness } from '@flowmeter/prometheus/server';
import type { Messages } from './messages.ts';

/**
 * Tells that the application has become ready, or is ready no more, with the number of pipelines and components and the state of
 * each: it explains failed probes.
 */
export function tellReadiness({ isReady, pipelines, components }: Readiness, messages: Messages): void {
  const readiness = isReady ? 'ready' : 'not ready';
  const hasComponents = components.length > 0 || pipelines.length === 0;
  const line = [
    ...(pipelines.length > 0 ? inWords('pipeline', pipelines) : []),
    ...(hasComponents ? inWords('component', components) : []),
  ].join('; ');
  messages[isReady ? 'info' : 'warn'](`${readiness}: ${line}`, {
    readiness,
    pipelines: pipelines.length,
    pipeline_states: pipelines,
    ...(hasComponents && { components: components.length, component_states: components }),
  });
}

function inWords(kind: string, states: readonly (ComponentState | PipelineState)[]): string[] {
  const count = states.length === 1 ? `1 ${kind}` : `${states.length} ${kind}s`;
  return [
    count,
    ...states.map(({ name, status, reason }) => `${name} ${status}${reason === undefined ? '' : ` (${reason})`}`),
  ];
}
