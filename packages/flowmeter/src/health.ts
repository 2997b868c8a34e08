import { createInstruments, deltaforgeSet } from '@flowmeter/instruments';
import { Health, type PipelineState } from '@flowmeter/prometheus';
import type { Messages } from './messages.ts';
import { tellReadiness } from './readiness.ts';

/** What DeltaForge's `pipeline_status` is for each state; one that is to run and does not is stopped as well. */
const STATUS: Readonly<Record<PipelineState['status'], number>> = {
  running: 1,
  paused: 0.5,
  stopped: 0,
  'not ready': 0,
  failed: -1,
};

/**
 * Creates the health of an application, which is told beyond the endpoint: a record for each change of readiness, and
 * `deltaforge_pipeline_status` for each pipeline. Once a pipeline is removed it counts as stopped.
 */
export function createHealth(messages: Messages): Health {
  let instruments: ReturnType<typeof createStatusSet> | undefined;
  return new Health({
    onReadiness: (readiness) => tellReadiness(readiness, messages),
    onPipeline({ name, status }, isRemoved) {
      instruments ??= createStatusSet();
      instruments.pipelineStatus.record(isRemoved ? STATUS.stopped : STATUS[status], { pipeline: name });
    },
  });
}

/** The one instrument: the whole set would show series of its own for whoever has no DeltaForge. */
function createStatusSet() {
  const { definitions, ...set } = deltaforgeSet;
  const { pipelineStatus } = definitions;
  return createInstruments({ ...set, definitions: { pipelineStatus } });
}
