import type { Attributes, Context, SpanContext } from '@opentelemetry/api';
import type { Aggregation } from './aggregation.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';
import type { AttributeProcessing } from './attribute-processing.ts';
import { copyAttributes, entriesOf, isOverflow, OVERFLOW_ATTRIBUTES, toAttributes } from './attribute-set.ts';
import { ExemplarReservoir } from './exemplar-reservoir.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { RowAttributes } from './row-attributes.ts';
import { AWAITED, FREE, LEAVING, LIVE, RowStates } from './row-states.ts';
import { SeriesHolders } from './series-holders.ts';
import { SeriesIndex } from './series-index.ts';

/** What a stream is made with. */
export interface StreamOptions {
  readonly descriptor: InstrumentDescriptor;
  /** What it was made for, by the name that code has given it; one object for all streams of an instrument. */
  readonly instrument: InstrumentDescriptor;
  readonly aggregation: Aggregation;
  readonly processing: AttributeProcessing;
  /** The attribute sets that have series of their own, for as long as the stream lives. */
  readonly cardinalityLimit: number;
  /** How long a series lives after its last measurement; `Infinity` is for ever. */
  readonly timeToLiveMs: number;
  /** Readers with delta temporality. */
  readonly slots: number;
  /** Which place in a series an exemplar competes for, by its value and how many were taken before it. */
  readonly exemplarPlace: (value: number, taken: number) => number;
  readonly now: () => number;
  /** Called when the first attribute set goes beyond the limit, with this set. */
  readonly onOverflow: (stream: Stream, entries: Entries) => void;
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});

/**
 * What a view, or a reader's default, makes of an instrument: series by attribute set, each a row of the aggregation.
 *
 *     awaited ── first measurement ──▶ live ── removed, or its time is over ──▶ leaving ── all taken ──▶ free
 *
 * Awaited and live rows count towards the limit; what is beyond it is recorded in the one overflow row. There are no more
 * leaving rows than that either: what else there is to take is handed to the overflow row.
 */
export class Stream {
  readonly aggregation: Aggregation;
  readonly processing: AttributeProcessing;
  readonly index = new SeriesIndex();
  readonly exemplars: ExemplarReservoir;
  readonly holders: SeriesHolders;
  readonly slots: number;
  readonly cardinalityLimit: number;
  readonly createdMs: number;
  readonly instrument: InstrumentDescriptor;
  descriptor: InstrumentDescriptor;
  readonly #options: StreamOptions;
  /** The leaving rows by attribute set. */
  readonly #leaving = new SeriesIndex();
  #leavingCount = 0;
  readonly #rows = new RowStates();
  readonly #attributes = new RowAttributes();
  /** By row, as settling has found out. Kept only where series have a time to live. */
  readonly #lastRecorded: number[] = [];
  readonly #free: number[] = [];
  /** Whether any series has had a value that is an object: nearly no stream ever has one, and copies are cheap then. */
  #hasObjects = false;
  #settledMs = -Infinity;
  #overflowRow = NO_ROW;
  #overflowed = 0;
  #hasOverflowed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.descriptor = options.descriptor;
    this.instrument = options.instrument;
    this.aggregation = options.aggregation;
    this.processing = options.processing;
    this.slots = options.slots;
    this.cardinalityLimit = options.cardinalityLimit;
    this.createdMs = options.now();
    this.holders = new SeriesHolders(options.timeToLiveMs !== Infinity);
    this.exemplars = new ExemplarReservoir(options.exemplarPlace);
  }

  /** The rows that count towards the limit. */
  get occupied(): number {
    return this.#rows.length - this.#free.length - this.#leavingCount - (this.#overflowRow === NO_ROW ? 0 : 1);
  }

  /** Rows have numbers below this. */
  get rowCount(): number {
    return this.#rows.length;
  }

  /** The attributes of a measurement as its series has them. May throw what a view's processor throws. */
  entriesFor(attributes: Attributes | undefined, context: Context | undefined): Entries {
    const { process, filter } = this.processing;
    if (process !== undefined) return entriesOf(process(attributes ?? {}, context));
    const entries = entriesOf(attributes);
    return filter === undefined ? entries : entries.filter(([key]) => filter.keeps(key));
  }

  /**
   * The row of an attribute set, made if there is none; the overflow row if the limit allows none.
   *
   * @param startMs when a series that is made began. Default: now.
   */
  rowOf(entries: Entries, startMs?: number): number {
    const row = this.index.find(entries);
    if (row !== NO_ROW) return row;
    if (isOverflow(entries)) return this.#overflow(startMs);
    if (this.occupied < this.cardinalityLimit) {
      const created = this.#open(entries, startMs);
      this.index.add(entries, created);
      this.holders.follow(created, entries);
      return created;
    }
    if (!this.#hasOverflowed) {
      this.#hasOverflowed = true;
      this.#options.onOverflow(this, entries);
    }
    return this.#overflow(startMs);
  }

  isOverflowRow(row: number): boolean {
    return row !== NO_ROW && row === this.#overflowRow;
  }

  /** Whether there is something to see in a row for those who look at what was recorded since the series began. */
  isLive(row: number): boolean {
    return this.#rows.phase(row) === LIVE;
  }

  isLeaving(row: number): boolean {
    return this.#rows.phase(row) === LEAVING;
  }

  isFree(row: number): boolean {
    return this.#rows.phase(row) === FREE;
  }

  /** The attributes of a row that is not free. Values that are objects are the stream's own. */
  attributesOf(row: number): Attributes {
    return this.#attributes.get(row);
  }

  /** The attributes of a row for others to keep, and to do with as they like. */
  copyOfAttributes(row: number): Attributes {
    const attributes = this.attributesOf(row);
    return this.#hasObjects ? copyAttributes(attributes) : attributes;
  }

  /** Tells the series of a row from those that had or will have the same row. */
  generationOf(row: number): number {
    return this.#rows.generation(row);
  }

  startTimeOf(row: number): number {
    return this.#rows.startTime(row) ?? this.createdMs;
  }

  /** Has a series begin anew, since what it counts has begun anew. */
  restart(row: number, startMs: number): void {
    this.#rows.setStartTime(row, startMs);
  }

  /** Ends the series of an attribute set. Nothing happens where there is none. */
  remove(entries: Entries): void {
    const row = this.index.find(entries);
    if (row !== NO_ROW) this.end(row);
  }

  /** Ends the series of a row, whoever holds it. What slots have not taken yet is theirs to take. The overflow row has no end. */
  end(row: number): void {
    const entries = this.#close(row);
    if (entries === undefined) return;
    this.aggregation.settle(row);
    this.#leave(row, entries);
  }

  /** Ends the series of a row, and what slots have not taken is lost: for values that only count when they are observed. */
  discard(row: number): void {
    if (this.#close(row) !== undefined) this.#release(row);
  }

  /** Frees a leaving row of which every slot has taken what there was. */
  release(row: number): void {
    if (this.#rows.phase(row) !== LEAVING || this.#isOwed(row)) return;
    this.#leaving.delete(Object.entries(this.attributesOf(row)));
    this.#leavingCount -= 1;
    this.#release(row);
  }

  /** Makes a leaving row for what was taken of a series that is no more, and is given back. */
  reopen(attributes: Attributes, slot: number, point: unknown): void {
    const entries = entriesOf(attributes);
    const row = this.#open(entries);
    this.aggregation.returnDelta(row, slot, point);
    this.#leave(row, entries);
  }

  /** Has the slot take what there is of a row together with what there is of another one. */
  hand(row: number, successor: number, slot: number): void {
    if (!this.aggregation.isPending(row, slot)) return;
    this.aggregation.returnDelta(successor, slot, this.aggregation.takeDelta(row, slot));
    this.exemplars.move(row, successor);
  }

  /**
   * Takes notice of what has been recorded in all rows from one to before another, and ends the series there whose time is
   * over. Comes before anything is read of them.
   *
   * @param latestStartMs series that are found for the first time are to have begun no later
   */
  settle(nowMs: number, from = 0, to = this.rowCount, latestStartMs = Infinity): void {
    if (from === 0) this.holders.tidy();
    for (let row = from; row < to; row += 1) {
      const phase = this.#rows.phase(row);
      if (phase !== AWAITED && phase !== LIVE) continue;
      const recorded = this.#settleRow(row, latestStartMs);
      // Code has bound the series, and has let go of it without a measurement.
      if (this.#rows.phase(row) === AWAITED && !this.holders.has(row)) this.discard(row);
      else if (this.#options.timeToLiveMs !== Infinity) this.#age(row, nowMs, recorded > 0);
    }
    // In parts, the moment of the last one: what is recorded meanwhile in the others is known to come after the first.
    if (to >= this.rowCount) this.#settledMs = nowMs;
  }

  /** How many measurements have gone to the overflow row. */
  countOverflowed(): number {
    if (this.#overflowRow !== NO_ROW) this.#settleRow(this.#overflowRow);
    return this.#overflowed;
  }

  /** Keeps a measurement as an exemplar of its row. */
  takeExemplar(row: number, value: number, span: SpanContext | undefined, attributes: Attributes | undefined): void {
    this.exemplars.offer(row, value, this.#options.now(), span, this.#leftOut(row, attributes));
  }

  #settleRow(row: number, latestStartMs = Infinity): number {
    const recorded = this.aggregation.settle(row);
    if (recorded > 0 && this.#rows.phase(row) === AWAITED) {
      this.#rows.setPhase(row, LIVE);
      // Whenever it was bound: the first measurement came after the last settling.
      const startMs = Math.max(this.startTimeOf(row), this.#settledMs);
      // Who asks may have asked before that, if others were settling meanwhile.
      this.#rows.setStartTime(row, Math.max(Math.min(startMs, latestStartMs), this.createdMs));
    }
    if (row === this.#overflowRow) this.#overflowed += recorded;
    return recorded;
  }

  /** The attributes of a measurement that the series of a row does not have. */
  #leftOut(row: number, attributes: Attributes | undefined): Attributes {
    const { process, filter } = this.processing;
    if (process === undefined && filter === undefined && row !== this.#overflowRow) return NO_ATTRIBUTES;
    const kept = this.attributesOf(row);
    return toAttributes(entriesOf(attributes).filter(([key]) => !Object.hasOwn(kept, key)));
  }

  #age(row: number, nowMs: number, wasRecorded: boolean): void {
    if (wasRecorded || this.holders.has(row)) this.#lastRecorded[row] = nowMs;
    else if (nowMs - (this.#lastRecorded[row] ?? nowMs) >= this.#options.timeToLiveMs) this.end(row);
  }

  #overflow(startMs: number | undefined): number {
    if (this.#overflowRow === NO_ROW) {
      this.#overflowRow = this.#open(entriesOf(OVERFLOW_ATTRIBUTES), startMs);
      this.index.add(entriesOf(OVERFLOW_ATTRIBUTES), this.#overflowRow);
    }
    return this.#overflowRow;
  }

  #open(entries: Entries, startMs?: number): number {
    const row = this.#free.pop() ?? this.#rows.push();
    const nowMs = this.#options.now();
    this.aggregation.open(row);
    this.#rows.setPhase(row, AWAITED);
    this.#attributes.set(row, entries);
    this.#hasObjects ||= entries.some(([, value]) => typeof value === 'object' && value !== null);
    this.#rows.setGeneration(row, this.generationOf(row) + 1);
    this.#rows.setStartTime(row, startMs ?? nowMs);
    if (this.#options.timeToLiveMs !== Infinity) this.#lastRecorded[row] = nowMs;
    return row;
  }

  /** Takes an awaited or live row out of the index; `undefined` for one that is neither. */
  #close(row: number): Entries | undefined {
    const phase = this.#rows.phase(row);
    if (row === this.#overflowRow || (phase !== AWAITED && phase !== LIVE)) return undefined;
    const entries = Object.entries(this.attributesOf(row));
    this.index.delete(entries);
    this.holders.displace(row, entries);
    return entries;
  }

  /** Lets a closed row leave, together with an earlier one of the same attributes that has not left yet. */
  #leave(row: number, entries: Entries): void {
    const earlier = this.#leaving.find(entries);
    if (earlier !== NO_ROW) {
      for (let slot = 0; slot < this.slots; slot += 1) this.hand(earlier, row, slot);
      this.release(earlier);
    }
    if (!this.#isOwed(row)) {
      this.#release(row);
    } else if (this.#leavingCount < this.cardinalityLimit) {
      this.#rows.setPhase(row, LEAVING);
      this.#leaving.add(entries, row);
      this.#leavingCount += 1;
    } else {
      for (let slot = 0; slot < this.slots; slot += 1) this.hand(row, this.#overflow(undefined), slot);
      this.#release(row);
    }
  }

  #isOwed(row: number): boolean {
    for (let slot = 0; slot < this.slots; slot += 1) if (this.aggregation.isPending(row, slot)) return true;
    return false;
  }

  #release(row: number): void {
    this.#rows.setPhase(row, FREE);
    this.#attributes.clear(row);
    this.exemplars.delete(row);
    this.#free.push(row);
  }
}
