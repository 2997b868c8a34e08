import { join } from 'node:path';
import { recordCheckpointSaved } from 'flowmeter/conveyor';
import { readFileIfAny, writeFileAtomically } from './atomic-file.ts';

/** Keeps, for each source, the offset at which a restart has to begin, one file a source. */
export class CheckpointStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The saved offset, 0 when none was saved; throws on a file that is not a checkpoint. */
  async load(sourceId: string): Promise<number> {
    const path = this.#pathOf(sourceId);
    const text = await readFileIfAny(path);
    if (text === undefined) return 0;
    const offset = offsetIn(text);
    // Beginning again at 0 would deliver everything twice.
    if (offset === undefined) throw new Error(`${path} is not a checkpoint: ${JSON.stringify(text.slice(0, 80))}`);
    return offset;
  }

  /** Saves atomically; not to be called again for a source while a save of it is under way. */
  async save(sourceId: string, offset: number): Promise<void> {
    await writeFileAtomically(this.#pathOf(sourceId), `${JSON.stringify({ sourceId, offset })}\n`);
    recordCheckpointSaved(sourceId);
  }

  #pathOf(sourceId: string): string {
    return join(this.#directory, `checkpoint-${sourceId}.json`);
  }
}

function offsetIn(text: string): number | undefined {
  try {
    const { offset } = JSON.parse(text) as { offset?: unknown };
    return Number.isSafeInteger(offset) && (offset as number) >= 0 ? (offset as number) : undefined;
  } catch {
    return undefined;
  }
}
