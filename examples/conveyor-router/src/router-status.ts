/** How far one source has come in this run. */
export interface SourceStatus {
  /** The offset at which this run began. */
  readonly resumedFrom: number;
  accepted: number;
  filtered: number;
}

/** The router's own books, for people and for messages to a parent process; the metrics are kept apart from them. */
export class RouterStatus {
  term = 0;
  retried = 0;
  readonly sources: Record<string, SourceStatus> = {};
  /** Records delivered, by sink. */
  readonly delivered: Record<string, number> = {};

  /** Opens the books of a source that begins at an offset. */
  addSource(sourceId: string, resumedFrom: number): void {
    this.sources[sourceId] = { resumedFrom, accepted: 0, filtered: 0 };
  }

  /** Counts records taken in from a source. */
  countAccepted(sourceId: string, count: number): void {
    this.#source(sourceId).accepted += count;
  }

  /** Counts records of a source that go no further. */
  countFiltered(sourceId: string, count: number): void {
    this.#source(sourceId).filtered += count;
  }

  /** Counts records that a sink has confirmed. */
  countDelivered(sinkId: string, count: number): void {
    this.delivered[sinkId] = (this.delivered[sinkId] ?? 0) + count;
  }

  /** Counts records that went back to be tried again. */
  countRetried(count: number): void {
    this.retried += count;
  }

  /** The first offset of a source that has not been taken in. */
  acceptedUpTo(sourceId: string): number {
    const { resumedFrom, accepted } = this.#source(sourceId);
    return resumedFrom + accepted;
  }

  #source(sourceId: string): SourceStatus {
    const source = this.sources[sourceId];
    if (!source) throw new Error(`${sourceId} is no source of this router`);
    return source;
  }
}
