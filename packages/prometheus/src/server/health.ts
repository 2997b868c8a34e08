import { inWords } from '../in-words.ts';
import { answerWith, type Answer } from './answer.ts';

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

/** How ready an application is, with every component. */
export interface Readiness {
  readonly isReady: boolean;
  readonly components: readonly ComponentState[];
}

/** What an application says of itself: its components, each of which starts as not ready. */
export class Health {
  readonly #states = new Map<object, ComponentState>();
  readonly #onReadiness: ((readiness: Readiness) => void) | undefined;
  /** As it was told last; without components there is nothing that is not ready. */
  #wasReady = true;
  #isChanging = false;

  /**
   * @param onReadiness told when the application has become ready, or is ready no more: once for all that it says of its components
   * in one go. It must not throw.
   */
  constructor(onReadiness?: (readiness: Readiness) => void) {
    this.#onReadiness = onReadiness;
  }

  /** Registers a component. Two of one name are two components. */
  component(name: string): HealthComponent {
    const key = {};
    this.#put(key, { name: inWords(name), status: 'not ready', reason: 'starting' });
    // Whoever writes JavaScript passes the error itself.
    const set = (status: ComponentState['status'], reason?: string): void => {
      const state = this.#states.get(key);
      if (state === undefined) return;
      this.#put(key, { name: state.name, status, ...(reason === undefined ? {} : { reason: inWords(reason) }) });
    };
    return {
      ready: () => set('ready'),
      notReady: (reason) => set('not ready', reason),
      failed: (reason) => set('failed', reason),
      remove: () => this.#put(key, undefined),
    };
  }

  /** The answer of `/health`: 200, or 503 with what has failed. */
  health(): Answer {
    const failed = [...this.#states.values()].filter(({ status }) => status === 'failed');
    if (failed.length === 0) return jsonAnswer(200, { status: 'healthy', components: this.#states.size });
    return jsonAnswer(503, { status: 'unhealthy', failed: failed.map(({ name, reason }) => ({ name, reason })) });
  }

  /** The answer of `/ready`: 200 if every component is ready, otherwise 503; all components in both. */
  ready(): Answer {
    const { isReady, components } = this.#readiness();
    return jsonAnswer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', components });
  }

  #readiness(): Readiness {
    const components = [...this.#states.values()];
    return { isReady: components.every(({ status }) => status === 'ready'), components };
  }

  #put(key: object, state: ComponentState | undefined): void {
    if (state === undefined) this.#states.delete(key);
    else this.#states.set(key, state);
    if (this.#onReadiness === undefined || this.#isChanging) return;
    this.#isChanging = true;
    queueMicrotask(() => {
      this.#isChanging = false;
      const readiness = this.#readiness();
      if (readiness.isReady === this.#wasReady) return;
      this.#wasReady = readiness.isReady;
      this.#onReadiness?.(readiness);
    });
  }
}

/** What was said of a component last. */
export interface ComponentState {
  readonly name: string;
  readonly status: 'ready' | 'not ready' | 'failed';
  /** Why, unless it is ready. */
  readonly reason?: string;
}

function jsonAnswer(status: number, content: object): Answer {
  return answerWith(status, 'application/json', `${JSON.stringify(content)}\n`, { 'cache-control': 'no-store' });
}
