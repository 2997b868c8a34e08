import type { CheckpointStore } from './checkpoint-store.ts';
import type { OffsetTracker } from './offset-tracker.ts';

/** What a checkpointer watches and how often it saves. */
export interface CheckpointerOptions {
  readonly sourceId: string;
  readonly tracker: OffsetTracker;
  readonly store: CheckpointStore;
  readonly everyRecords: number;
  /** Makes what the sinks have been given durable. */
  flushSinks(): Promise<void>;
}

/** Saves the offset of one source whenever enough of it has been settled. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #saved: number;
  #saving: Promise<void> | undefined;
  #closed = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#saved = options.tracker.committed;
  }

  /** To be called when records have been settled; resolves when nothing is left to save for now. */
  async settled(): Promise<void> {
    const { tracker, everyRecords } = this.#options;
    if (this.#saving || tracker.committed - this.#saved < everyRecords) return;
    await this.save();
  }

  /** Saves the present offset, unless it is saved already. */
  async save(): Promise<void> {
    while (this.#saving) await this.#saving;
    if (this.#closed || this.#options.tracker.committed === this.#saved) return;
    this.#saving = this.#write().finally(() => (this.#saving = undefined));
    await this.#saving;
  }

  /** Saves nothing more; resolves when no save is under way, so that the next router may write. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#saving]);
  }

  async #write(): Promise<void> {
    const { sourceId, tracker, store, flushSinks } = this.#options;
    // Read before the flush: what settles meanwhile is not covered by it.
    const offset = tracker.committed;
    await flushSinks();
    await store.save(sourceId, offset);
    this.#saved = offset;
  }
}
