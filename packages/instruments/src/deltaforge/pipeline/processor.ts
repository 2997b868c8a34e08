import type { BoundAdder, BoundRecorder } from '../../instrument-interfaces.ts';
import { countEvents } from './batch-size.ts';
import type { PipelineServices } from './pipeline-services.ts';
import { timed } from './timed.ts';

/** What a processor is, where more is recorded of it than that it works. */
export interface ProcessorOptions {
  /**
   * `filter`: the events that it returns fewer than it was given count as dropped, in `filter_dropped` and, with the reason
   * `filtered`, in `processor_events_dropped`. `outbox`: the events that it was given and has returned are counted.
   */
  readonly role?: 'filter' | 'outbox';
}

/** A processor of a pipeline: a function that makes of a batch another one. */
export class Processor {
  readonly #services: PipelineServices;
  readonly #labels: { readonly pipeline: string; readonly processor: string };
  readonly #role: ProcessorOptions['role'];
  readonly #latency: BoundRecorder;
  readonly #errors: BoundAdder;
  readonly #eventsIn: BoundAdder;
  readonly #eventsOut: BoundAdder;

  constructor(services: PipelineServices, pipeline: string, processor: string, { role }: ProcessorOptions) {
    const { instruments } = services;
    this.#services = services;
    this.#labels = { pipeline, processor };
    this.#role = role;
    this.#latency = instruments.processorLatencySeconds.bind(this.#labels);
    this.#errors = instruments.processorErrors.bind(this.#labels);
    this.#eventsIn = instruments.processorEventsIn.bind(this.#labels);
    this.#eventsOut = instruments.processorEventsOut.bind(this.#labels);
  }

  /**
   * The function, with each call recorded: how long it took for a batch that it has finished, or that it has failed. It is called
   * with the same `this` and arguments, and returns or throws what it does, promises included. The first argument is its batch:
   * an array, a `Set` or a `Map` is as many events as it has, anything else is one, and nothing (`undefined`, `null`) is none.
   */
  wrap<This, Arguments extends unknown[], Result>(
    work: (this: This, ...args: Arguments) => Result,
  ): (this: This, ...args: Arguments) => Result {
    const finished = this.#finished.bind(this);
    const failed = (): void => this.#errors.add(1);
    return function (this: This, ...args) {
      // Counted now: the function may empty its batch.
      const given = countEvents(args[0]);
      return timed(
        () => work.apply(this, args),
        (outcome, seconds) => (outcome.succeeded ? finished(seconds, given, outcome.value) : failed()),
      );
    };
  }

  /** Counts events that it has removed for good. */
  dropped(count: number, reason: string): void {
    this.#services.instruments.processorEventsDropped.add(count, { ...this.#labels, reason });
  }

  /** Counts events that it has passed on untouched. */
  skipped(count: number, reason: string): void {
    this.#services.instruments.processorEventsSkipped.add(count, { ...this.#labels, reason });
  }

  #finished(seconds: number, given: number, result: unknown): void {
    this.#latency.record(seconds);
    const returned = countEvents(result);
    if (this.#role === 'outbox') {
      this.#eventsIn.add(given);
      this.#eventsOut.add(returned);
    } else if (this.#role === 'filter' && given > returned) {
      const { processor } = this.#labels;
      this.#services.instruments.filterDropped.add(given - returned, { processor });
      this.dropped(given - returned, 'filtered');
    }
  }
}
