import { toStrings } from '../../attribute-values.ts';
import type { BoundRecorder } from '../../instrument-interfaces.ts';
import { sharedBySeries } from '../../process-state.ts';
import { deltaforgeSet } from '../deltaforge-set.ts';
import type { PIPELINE_ACTIONS } from '../pipelines.ts';
import type { PipelineServices } from './pipeline-services.ts';

/** What operators do to a pipeline. */
export type PipelineAction = (typeof PIPELINE_ACTIONS)[number];

/** What `deltaforge_pipeline_status` has for each state. */
const STATUS = { running: 1, paused: 0.5, stopped: 0, failed: -1 } as const;

type State = keyof typeof STATUS;

/** The state that each action leads to. */
const STATE_AFTER: Readonly<Record<PipelineAction, State>> = {
  create: 'running',
  patch: 'running',
  resume: 'running',
  pause: 'paused',
  stop: 'stopped',
  delete: 'stopped',
};

/** The state of a pipeline, which all its handles in the process share, and what is recorded when it changes. */
export class PipelineState {
  readonly #services: PipelineServices;
  readonly #pipeline: string;
  readonly #status: BoundRecorder;
  readonly #current: { state: State | undefined };

  constructor(services: PipelineServices, pipeline: string) {
    const { instruments, constants, provider } = services;
    const { name } = deltaforgeSet.definitions.pipelineStatus;
    const attributes = toStrings({ ...constants, pipeline }, () => {});
    this.#services = services;
    this.#pipeline = pipeline;
    this.#status = instruments.pipelineStatus.bind({ pipeline });
    this.#current = sharedBySeries<{ state: State | undefined }>(provider, { name, attributes }, () => ({
      state: undefined,
    }));
  }

  /** Records that an action has succeeded. */
  changed(action: PipelineAction, tenant: string | undefined): void {
    const { pipelinePauses, pipelineResumes } = this.#services.instruments;
    const before = this.#current.state;
    this.#become(STATE_AFTER[action]);
    if (action === 'pause') pipelinePauses.add(1, { pipeline: this.#pipeline });
    // What was stopped, or has failed, is not resumed where it was: it is started anew.
    else if (action === 'resume' && before !== 'stopped' && before !== 'failed') {
      pipelineResumes.add(1, { pipeline: this.#pipeline });
    } else if (STATE_AFTER[action] === 'running') this.#started(tenant);
  }

  /** Records that it has ended by itself. */
  failed(): void {
    this.#become('failed');
  }

  #started(tenant: string | undefined): void {
    const { pipelines, pipelineInfo } = this.#services.instruments;
    pipelines.add(1);
    if (tenant !== undefined) pipelineInfo.record(1, { pipeline: this.#pipeline, tenant });
  }

  #become(state: State): void {
    this.#current.state = state;
    this.#status.record(STATUS[state]);
  }
}
