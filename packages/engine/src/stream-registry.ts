import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Entries } from './attribute-node.ts';
import { createAggregation } from './create-aggregation.ts';
import { createProcessing } from './attribute-processing.ts';
import { describeSetting } from './described.ts';
import { inWords } from './instrument-descriptor.ts';
import { kindOf } from './instrument-kind.ts';
import type { StreamReading } from './read-stream.ts';
import { Stream } from './stream.ts';
import { isDelta, isSamePlan, type StreamPlan } from './stream-plan.ts';
import type { Warnings } from './warnings.ts';

/** What streams need of their provider. */
export interface StreamServices {
  readonly now: () => number;
  readonly onOverflow: (stream: Stream, entries: Entries) => void;
}

interface Registered {
  readonly plan: StreamPlan;
  readonly stream: Stream;
}

/**
 * The streams of one meter, by name and by reader: where different instruments come to the same stream, and where they
 * come to the same name without being the same.
 */
export class StreamRegistry {
  readonly #services: StreamServices;
  readonly #warnings: Warnings;
  /** By name in lower case: names are case-insensitive (specification, API, "Instrument name syntax"). */
  readonly #byName = new Map<string, Registered[]>();
  readonly #byReader = new Map<IMetricReader, StreamReading[]>();

  constructor(services: StreamServices, warnings: Warnings) {
    this.#services = services;
    this.#warnings = warnings;
  }

  /** What a reader reads of this meter. */
  readingsOf(reader: IMetricReader): readonly StreamReading[] {
    return this.#byReader.get(reader) ?? [];
  }

  /** The streams of one instrument, made or found. Those that drop are left out. */
  register(plans: readonly StreamPlan[]): Stream[] {
    // As they were before this instrument: its own streams stay apart.
    const known = new Map(plans.map((plan) => [plan, this.#withName(plan)]));
    const streams: Stream[] = [];
    const own: Registered[] = [];
    for (const plan of plans) {
      const before = known.get(plan) ?? [];
      const present = before.find((other) => isSamePlan(other.plan, plan) && haveSameReaders(other.plan, plan));
      if (present !== undefined) {
        this.#useLongerDescription(present, plan);
        streams.push(present.stream);
        continue;
      }
      const stream = this.#create(plan);
      if (stream === undefined) continue;
      const others = [...before, ...own.filter((other) => hasSameName(other.plan, plan))];
      const conflicting = others.find((other) => isConflict(other.plan, plan));
      if (conflicting !== undefined) this.#warnings.warn(conflictOf(conflicting.plan, plan));
      const registered = { plan, stream };
      own.push(registered);
      streams.push(stream);
      this.#byName.set(plan.descriptor.name.toLowerCase(), [...this.#withName(plan), registered]);
    }
    return streams;
  }

  #useLongerDescription({ stream }: Registered, { descriptor }: StreamPlan): void {
    const { name, description } = stream.descriptor;
    if (descriptor.description === description) return;
    this.#warnings.warn(
      `${name} has two descriptions, ${describeSetting(description)} and ${describeSetting(descriptor.description)}; the longer one is used: describe it in one place, or with a view`,
    );
    if (descriptor.description.length <= description.length) return;
    stream.descriptor = { ...stream.descriptor, description: descriptor.description };
  }

  #withName({ descriptor }: StreamPlan): readonly Registered[] {
    return this.#byName.get(descriptor.name.toLowerCase()) ?? [];
  }

  #create(plan: StreamPlan): Stream | undefined {
    const { descriptor, instrument, processors, cardinalityLimit, timeToLiveMs, readers } = plan;
    const deltaReaders = readers.filter((reader) => isDelta(reader, descriptor));
    const created = createAggregation(plan.aggregation, descriptor, deltaReaders.length);
    if (created === undefined) return undefined;
    const stream = new Stream({
      ...created,
      ...this.#services,
      descriptor,
      instrument,
      processing: createProcessing(processors),
      cardinalityLimit,
      // Observables report what is observed, and nothing for longer.
      timeToLiveMs: kindOf(descriptor.type).isObservable ? Infinity : timeToLiveMs,
      slots: deltaReaders.length,
    });
    for (const reader of readers) {
      const slot = deltaReaders.indexOf(reader);
      const reading = {
        stream,
        slot: slot === -1 ? undefined : slot,
        sinceMs: stream.createdMs,
        exemplarsSince: 0,
        returned: [],
      };
      this.#byReader.set(reader, [...this.readingsOf(reader), reading]);
    }
    return stream;
  }
}

function hasSameName(a: StreamPlan, b: StreamPlan): boolean {
  return a.descriptor.name.toLowerCase() === b.descriptor.name.toLowerCase();
}

function haveSameReaders(a: StreamPlan, b: StreamPlan): boolean {
  return a.readers.length === b.readers.length && a.readers.every((reader) => b.readers.includes(reader));
}

/** Whether a reader gets two metrics with one name. */
function isConflict(a: StreamPlan, b: StreamPlan): boolean {
  return a.readers.some((reader) => b.readers.includes(reader));
}

function conflictOf(present: StreamPlan, added: StreamPlan): string {
  const { name, type, unit } = added.descriptor;
  const selector = JSON.stringify({
    instrumentName: name,
    instrumentType: type,
    instrumentUnit: unit,
    name: `${name}_2`,
  });
  return `${inWords(added.descriptor)} comes beside ${inWords(present.descriptor)}, and both are exported under one name: give one of them another name, for instance with the view ${selector}`;
}
