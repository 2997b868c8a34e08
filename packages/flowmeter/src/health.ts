import { Health } from '@flowmeter/prometheus/server';
import type { Messages } from './messages.ts';
import { loadMetrics } from './metrics/metrics-on-demand.ts';
import { tellReadiness } from './readiness.ts';

/**
 * Creates the health of an application, which is told beyond the endpoint: a record for each change of readiness, and
 * `deltaforge_pipeline_status` for each pipeline.
 */
export function createHealth(messages: Messages): Health {
  return new Health({
    onReadiness: (readiness) => tellReadiness(readiness, messages),
    onPipeline: (state, isRemoved) => loadMetrics().recordPipelineStatus(state, isRemoved),
  });
}
