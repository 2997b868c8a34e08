import {
  diag,
  type Attributes,
  type BatchObservableCallback,
  type Meter as ApiMeter,
  type MetricOptions,
  type Observable,
  type ObservableCounter,
  type ObservableGauge,
  type ObservableUpDownCounter,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { InstrumentType, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { Acceptance } from './acceptance.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { describe, isValidName, type InstrumentDescriptor } from './instrument-descriptor.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';
import { ObservableInstrument } from './observable-instrument.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Stream } from './stream.ts';
import { planStreams } from './stream-plan.ts';
import { StreamRegistry } from './stream-registry.ts';
import {
  SynchronousInstrument,
  type EngineCounter,
  type EngineGauge,
  type EngineHistogram,
  type EngineUpDownCounter,
} from './synchronous-instrument.ts';
import type { View } from './view.ts';
import { areBoundaries } from './view.ts';

/** What the meters of a provider share. */
export interface MeterServices {
  readonly views: readonly View[];
  readonly readers: readonly IMetricReader[];
  readonly sampler: ExemplarSampler;
  readonly selfMetrics: SelfMetrics;
  readonly now: () => number;
}

interface Registered<Instrument> {
  readonly descriptor: InstrumentDescriptor;
  readonly instrument: Instrument;
}

/** The API's meter, whose synchronous instruments do what `EngineInstrument` says beyond the API. */
export interface EngineMeter extends ApiMeter {
  createCounter(name: string, options?: MetricOptions): EngineCounter;
  createUpDownCounter(name: string, options?: MetricOptions): EngineUpDownCounter;
  createGauge(name: string, options?: MetricOptions): EngineGauge;
  createHistogram(name: string, options?: MetricOptions): EngineHistogram;
}

/** Creates instruments with the streams that views and readers make of them. */
export class Meter implements EngineMeter {
  readonly scope: InstrumentationScope;
  readonly callbacks = new ObservableCallbacks();
  readonly streams: StreamRegistry;
  readonly #services: MeterServices;
  readonly #synchronous: Registered<SynchronousInstrument>[] = [];
  readonly #observable: (Registered<ObservableInstrument> & { readonly streams: readonly Stream[] })[] = [];
  /** By name in lower case, in the writing that came first. */
  readonly #names = new Map<string, string>();

  constructor(scope: InstrumentationScope, services: MeterServices) {
    this.scope = scope;
    this.#services = services;
    const onOverflow = (stream: Stream): void => services.selfMetrics.watchOverflow(scope.name, stream);
    this.streams = new StreamRegistry({ now: services.now, onOverflow });
  }

  createCounter(name: string, options?: MetricOptions): EngineCounter {
    return this.#createSynchronous(name, InstrumentType.COUNTER, options);
  }

  createUpDownCounter(name: string, options?: MetricOptions): EngineUpDownCounter {
    return this.#createSynchronous(name, InstrumentType.UP_DOWN_COUNTER, options);
  }

  createGauge(name: string, options?: MetricOptions): EngineGauge {
    return this.#createSynchronous(name, InstrumentType.GAUGE, options);
  }

  createHistogram(name: string, options?: MetricOptions): EngineHistogram {
    return this.#createSynchronous(name, InstrumentType.HISTOGRAM, options);
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableCounter {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_COUNTER, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableUpDownCounter {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableGauge {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_GAUGE, options);
  }

  addBatchObservableCallback<AttributesTypes extends Attributes = Attributes>(
    callback: BatchObservableCallback<AttributesTypes>,
    observables: Observable<AttributesTypes>[],
  ): void {
    this.callbacks.addBatch(callback, observables);
  }

  removeBatchObservableCallback<AttributesTypes extends Attributes = Attributes>(
    callback: BatchObservableCallback<AttributesTypes>,
    observables: Observable<AttributesTypes>[],
  ): void {
    this.callbacks.removeBatch(callback, observables);
  }

  /** The streams of an observable instrument. */
  streamsOf(instrument: ObservableInstrument): readonly Stream[] {
    return this.#observable.find((registered) => registered.instrument === instrument)?.streams ?? [];
  }

  #createSynchronous(name: string, type: InstrumentType, options: MetricOptions | undefined): SynchronousInstrument {
    const descriptor = this.#describe(name, type, options);
    const acceptance = this.#accept(descriptor);
    if (!isValidName(name)) return new SynchronousInstrument(acceptance, [], this.#services.sampler);
    const present = this.#synchronous.find((registered) => isIdentical(registered.descriptor, descriptor));
    const streams = this.#streamsFor(descriptor, true);
    if (present !== undefined) return present.instrument;
    const instrument = new SynchronousInstrument(acceptance, streams, this.#services.sampler);
    this.#synchronous.push({ descriptor, instrument });
    return instrument;
  }

  #createObservable(name: string, type: InstrumentType, options: MetricOptions | undefined): ObservableInstrument {
    const descriptor = this.#describe(name, type, options);
    const acceptance = this.#accept(descriptor);
    if (!isValidName(name)) return new ObservableInstrument(acceptance, this.callbacks);
    const present = this.#observable.find((registered) => isIdentical(registered.descriptor, descriptor));
    const streams = this.#streamsFor(descriptor, false);
    if (present !== undefined) return present.instrument;
    const instrument = new ObservableInstrument(acceptance, this.callbacks);
    this.#observable.push({ descriptor, instrument, streams });
    return instrument;
  }

  #streamsFor(descriptor: InstrumentDescriptor, isShared: boolean): Stream[] {
    const { views, readers } = this.#services;
    return this.streams.register(planStreams(descriptor, this.scope, views, readers, isShared));
  }

  #accept(descriptor: InstrumentDescriptor): Acceptance {
    const acceptance: Acceptance = new Acceptance(descriptor, () =>
      this.#services.selfMetrics.watchDrops(this.scope.name, acceptance),
    );
    return acceptance;
  }

  #describe(name: string, type: InstrumentType, options: MetricOptions | undefined): InstrumentDescriptor {
    const descriptor = describe(name, type, options);
    if (!isValidName(name)) {
      diag.warn(
        `flowmeter: ${JSON.stringify(name)} is not an instrument name, and what is recorded goes nowhere; allowed are up to 255 letters, digits, _ . - and /, with a letter first`,
      );
      return descriptor;
    }
    const first = this.#names.get(name.toLowerCase());
    if (first === undefined) this.#names.set(name.toLowerCase(), name);
    else if (first !== name) {
      diag.warn(
        `flowmeter: the instrument names ${first} and ${name} differ in case only, and ${first} is used: write it in one way`,
      );
    }
    const boundaries: unknown = descriptor.advice.explicitBucketBoundaries;
    if (boundaries !== undefined && !areBoundaries(boundaries)) {
      diag.warn(
        `flowmeter: ${name}: the advised boundaries are ${JSON.stringify(boundaries)} and are ignored; allowed are numbers that increase`,
      );
    }
    return { ...descriptor, name: first ?? name };
  }
}

/** Identity as the specification has it, but for the description, which is settled by using the longer one. */
function isIdentical(a: InstrumentDescriptor, b: InstrumentDescriptor): boolean {
  return a.name === b.name && a.type === b.type && a.unit === b.unit && a.valueType === b.valueType;
}
