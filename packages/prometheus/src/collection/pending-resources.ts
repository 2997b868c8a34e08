import type { Resource } from '@opentelemetry/resources';
import { inWords } from '../in-words.ts';
import { LateAttributes } from './late-attributes.ts';

/** How long attributes of a resource are waited for, by all scrapes together. */
const PATIENCE_MS = 5000;

interface Pending {
  readonly attributes: LateAttributes;
  /**
   * Resolves when all are there, or are not to be waited for any longer; never rejects. One for all scrapes, since each would
   * hold its memory for as long as the attributes do not come. `undefined` after a wait that has failed.
   */
  wait: Promise<void> | undefined;
  /** Why the last wait failed. */
  failure: string | undefined;
  isTold: boolean;
}

/**
 * Resources some of whose attributes are known later: they are waited for a while, and then the others are exposed without them
 * until they are there.
 */
export class PendingResources {
  readonly #pending = new WeakMap<Resource, Pending>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /**
   * The resource, if it is known within so many milliseconds; otherwise what is known of it, with `asyncAttributesPending`, which
   * does not change any more.
   */
  async settled(resource: Resource, limitMs: number): Promise<Resource> {
    if (!isPending(resource)) return resource;
    const pending = this.#pendingOf(resource);
    pending.wait ??= withinLimit(ask(resource, pending), PATIENCE_MS);
    await withinLimit(pending.wait, Math.min(Math.max(limitMs, 0), PATIENCE_MS));
    if (!isPending(resource)) return resource;
    this.#tell(pending);
    return {
      attributes: pending.attributes.known,
      asyncAttributesPending: true,
      merge: (other) => resource.merge(other),
      getRawAttributes: () => resource.getRawAttributes(),
    };
  }

  #pendingOf(resource: Resource): Pending {
    let pending = this.#pending.get(resource);
    if (pending === undefined) {
      pending = { attributes: new LateAttributes(resource), wait: undefined, failure: undefined, isTold: false };
      this.#pending.set(resource, pending);
    }
    return pending;
  }

  #tell(pending: Pending): void {
    const { missing } = pending.attributes;
    if (pending.isTold || missing?.length === 0) return;
    pending.isTold = true;
    const which = missing === undefined ? 'attributes of the resource' : `the resource's ${missing.join(', ')}`;
    const why = pending.failure === undefined ? 'are still not known' : `could not be waited for (${pending.failure})`;
    this.#warn(`${which} ${why}; until they are known, constant labels and target_info are without them`);
  }
}

function isPending({ asyncAttributesPending }: Resource): boolean {
  return asyncAttributesPending === true;
}

async function ask(resource: Resource, pending: Pending): Promise<void> {
  // Whatever it throws, there is a wait to be given up.
  await Promise.resolve();
  try {
    await resource.waitForAsyncAttributes?.();
    pending.failure = undefined;
  } catch (error) {
    pending.failure = inWords(error);
    pending.wait = undefined;
  }
}

/** Resolves when the promise does, or when the time is over. The timer does not hold the process. */
async function withinLimit(promise: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
    timer.unref();
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
