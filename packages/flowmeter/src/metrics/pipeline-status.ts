import { createInstruments, deltaforgeSet } from '@flowmeter/instruments';
import type { PipelineState } from '@flowmeter/prometheus/server';

/** What DeltaForge's `pipeline_status` is for each state; one that is to run and does not is stopped as well. */
const STATUS: Readonly<Record<PipelineState['status'], number>> = {
  running: 1,
  paused: 0.5,
  stopped: 0,
  'not ready': 0,
  failed: -1,
};

let instruments: ReturnType<typeof createStatusSet> | undefined;

/** Records `deltaforge_pipeline_status`; once a pipeline is removed it counts as stopped. */
export function recordPipelineStatus({ name, status }: PipelineState, isRemoved: boolean): void {
  instruments ??= createStatusSet();
  instruments.pipelineStatus.record(isRemoved ? STATUS.stopped : STATUS[status], { pipeline: name });
}

/** The one instrument: the whole set would show series of its own for whoever has no DeltaForge. */
function createStatusSet() {
  const { definitions, ...set } = deltaforgeSet;
  const { pipelineStatus } = definitions;
  return createInstruments({ ...set, definitions: { pipelineStatus } });
}
