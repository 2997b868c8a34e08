import { inWords } from '../in-words.ts';
import { answerWith, type Answer } from './answer.ts';
import type { ComponentState, HealthComponent, HealthPipeline, PipelineState, Readiness } from './health-parts.ts';

/** Who is told of what an application says of itself. Neither may throw. */
export interface HealthListeners {
  /** Told when the application has become ready, or is ready no more: once for all that it says of its parts in one go. */
  readonly onReadiness?: (readiness: Readiness) => void;
  /** Told at once of all that is said of a pipeline, from its registration on; `isRemoved` is the last of it. */
  readonly onPipeline?: (pipeline: PipelineState, isRemoved: boolean) => void;
}

/** What an application says of itself: its components and its pipelines, each of which starts as not ready. */
export class Health {
  readonly #components = new Map<object, ComponentState>();
  readonly #pipelines = new Map<object, PipelineState>();
  readonly #listeners: HealthListeners;
  /** As it was told last; without parts there is nothing that is not ready. */
  #wasReady = true;
  #isChanging = false;

  constructor(listeners: HealthListeners = {}) {
    this.#listeners = listeners;
  }

  /** Registers a component. Two of one name are two components. */
  component(name: string): HealthComponent {
    const { say, remove } = this.#register(this.#components, name);
    return {
      ready: () => say('ready'),
      notReady: (reason) => say('not ready', reason),
      failed: (reason) => say('failed', reason),
      remove,
    };
  }

  /** Registers a pipeline. Two of one name are two pipelines. */
  pipeline(name: string): HealthPipeline {
    const { say, remove } = this.#register(this.#pipelines, name, this.#listeners.onPipeline);
    return {
      running: () => say('running'),
      paused: () => say('paused'),
      stopped: () => say('stopped'),
      notReady: (reason) => say('not ready', reason),
      failed: (reason) => say('failed', reason),
      remove,
    };
  }

  /** The answer of `/health`: 200, or 503 with what has failed. */
  health(): Answer {
    const { components, pipelines } = this.#readiness();
    const failed = [...components, ...pipelines].filter(({ status }) => status === 'failed');
    if (failed.length > 0) {
      return jsonAnswer(503, { status: 'unhealthy', failed: failed.map(({ name, reason }) => ({ name, reason })) });
    }
    return jsonAnswer(200, { status: 'healthy', components: components.length, pipelines: pipelines.length });
  }

  /** The answer of `/ready`: 200 if all that should work does, otherwise 503; all components and pipelines in both. */
  ready(): Answer {
    const { isReady, components, pipelines } = this.#readiness();
    return jsonAnswer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', components, pipelines });
  }

  #readiness(): Readiness {
    const components = [...this.#components.values()];
    const pipelines = [...this.#pipelines.values()];
    const isReady = [...components, ...pipelines].every(({ status }) => status !== 'not ready' && status !== 'failed');
    return { isReady, components, pipelines };
  }

  /** Adds a part to those of its kind; gives what says a state of it, and what removes it. */
  #register<State extends ComponentState | PipelineState>(
    parts: Map<object, State>,
    name: string,
    onState?: (state: State, isRemoved: boolean) => void,
  ): { say(status: State['status'], reason?: string): void; remove(): void } {
    const part = {};
    const shown = inWords(name);
    const put = (status: State['status'], reason?: string): void => {
      // Whoever writes JavaScript passes the error itself.
      const state = { name: shown, status, ...(reason === undefined ? {} : { reason: inWords(reason) }) } as State;
      parts.set(part, state);
      onState?.(state, false);
      this.#tellReadiness();
    };
    put('not ready', 'starting');
    return {
      say(status, reason) {
        if (parts.has(part)) put(status, reason);
      },
      remove: () => {
        const state = parts.get(part);
        if (state === undefined) return;
        parts.delete(part);
        onState?.(state, true);
        this.#tellReadiness();
      },
    };
  }

  #tellReadiness(): void {
    const { onReadiness } = this.#listeners;
    if (onReadiness === undefined || this.#isChanging) return;
    this.#isChanging = true;
    queueMicrotask(() => {
      this.#isChanging = false;
      const readiness = this.#readiness();
      if (readiness.isReady === this.#wasReady) return;
      this.#wasReady = readiness.isReady;
      onReadiness(readiness);
    });
  }
}

function jsonAnswer(status: number, content: object): Answer {
  return answerWith(status, 'application/json', `${JSON.stringify(content)}\n`, { 'cache-control': 'no-store' });
}
