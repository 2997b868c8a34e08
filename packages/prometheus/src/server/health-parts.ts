/** A part of the application whose readiness `/ready` tells, and whose failure `/health`. */
export interface HealthComponent {
  ready(): void;
  /** It will be ready, or ready again. */
  notReady(reason: string): void;
  /** It does not work, and will not by itself: the application is unhealthy until it is said to be anything else. */
  failed(reason: string): void;
  /** It is not asked for any more; whatever is said of it afterwards changes nothing. */
  remove(): void;
}

/** A pipeline of the application, which is a part with states of its own. */
export interface HealthPipeline {
  running(): void;
  /** As somebody wants it, for a while: that makes the application neither unready nor unhealthy. */
  paused(): void;
  /** As somebody wants it, or because it has come to its end: as with {@link paused}, that is no fault. */
  stopped(): void;
  /** It is to run, and will, or will again. */
  notReady(reason: string): void;
  /** It does not work, and will not by itself: the application is unhealthy until it is said to be anything else. */
  failed(reason: string): void;
  /** There is no such pipeline any more; whatever is said of it afterwards changes nothing. */
  remove(): void;
}

/** What was said of a component last. */
export interface ComponentState {
  readonly name: string;
  readonly status: 'ready' | 'not ready' | 'failed';
  /** Why, unless it is ready. */
  readonly reason?: string;
}

/** What was said of a pipeline last. */
export interface PipelineState {
  readonly name: string;
  readonly status: 'running' | 'paused' | 'stopped' | 'not ready' | 'failed';
  /** Why, where it is to run and does not. */
  readonly reason?: string;
}

/** How ready an application is, with every component and every pipeline. */
export interface Readiness {
  readonly isReady: boolean;
  readonly components: readonly ComponentState[];
  readonly pipelines: readonly PipelineState[];
}
