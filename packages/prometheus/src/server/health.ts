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

/** What an application says of itself: its components, each of which starts as not ready. */
export class Health {
  readonly #states = new Map<object, State>();

  /** Registers a component. Two of one name are two components. */
  component(name: string): HealthComponent {
    const key = {};
    this.#states.set(key, { name: inWords(name), status: 'not ready', reason: 'starting' });
    // Whoever writes JavaScript passes the error itself.
    const set = (status: State['status'], reason?: string): void => {
      const state = this.#states.get(key);
      if (state === undefined) return;
      this.#states.set(key, { name: state.name, status, ...(reason === undefined ? {} : { reason: inWords(reason) }) });
    };
    return {
      ready: () => set('ready'),
      notReady: (reason) => set('not ready', reason),
      failed: (reason) => set('failed', reason),
      remove: () => void this.#states.delete(key),
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
    const components = [...this.#states.values()];
    const isReady = components.every(({ status }) => status === 'ready');
    return jsonAnswer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', components });
  }
}

interface State {
  readonly name: string;
  readonly status: 'ready' | 'not ready' | 'failed';
  /** Why, unless it is ready. */
  readonly reason?: string;
}

function jsonAnswer(status: number, content: object): Answer {
  return answerWith(status, 'application/json', `${JSON.stringify(content)}\n`, { 'cache-control': 'no-store' });
}
