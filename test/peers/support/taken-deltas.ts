import { startOtlpReceiver, type OtlpReceiver, type OtlpRequest, type Series } from '@flowmeter-examples/otlp-receiver';
import { keyOf } from '../../support/prometheus-text.ts';

/** The deltas of one series, each time counted once. */
class Covered {
  /** What no other delta can replace any more. */
  #settled = 0;
  #last = { start: 0n, end: 0n, value: 0 };

  get value(): number {
    return this.#settled + this.#last.value;
  }

  /** A delta that replaces others begins where the first of them does, and ends after them, in whichever order they come. */
  take(start: bigint, end: bigint, value: number): void {
    if (end <= this.#last.end) return;
    if (start > this.#last.start) this.#settled += this.#last.value;
    this.#last = { start, end, value };
  }
}

/** What there is of one series of one service. */
interface Taken {
  ofServiceLife: Covered;
  ofCollectorLife: Covered;
}

/** The service, the metric by its name in OTLP, and the attributes. */
export type DeltaSeries = readonly [service: string, metric: string, attributes: Readonly<Record<string, string>>];

/**
 * The end of a pipeline of the collector that passes on what services push before it answers them: what is here was
 * taken, and what is not here was not answered with success.
 *
 * A request that was taken and not answered is made again, with what was recorded since: its deltas begin where those
 * did that they replace, so that they can be told apart. The collector's delta-to-cumulative processor does not tell
 * them apart, and adds up both.
 */
export class TakenDeltas implements AsyncDisposable {
  readonly #receiver: OtlpReceiver;
  readonly #taken: Map<string, Taken>;

  private constructor(receiver: OtlpReceiver, taken: Map<string, Taken>) {
    this.#receiver = receiver;
    this.#taken = taken;
  }

  static async start(): Promise<TakenDeltas> {
    const taken = new Map<string, Taken>();
    const onRequest = ({ resource, series }: OtlpRequest): void => {
      for (const each of series) take(taken, resource['service.name'] ?? '', each);
    };
    return new TakenDeltas(await startOtlpReceiver({ host: '127.0.0.1', keep: 1, onRequest }), taken);
  }

  /** Where the collector passes it on to. */
  get url(): string {
    return this.#receiver.url;
  }

  /** What a service has pushed in its present life: the sum of a counter, the number of values of a histogram. */
  valueOf(series: DeltaSeries): number {
    return this.#of(series)?.ofServiceLife.value ?? 0;
  }

  /** What has been taken since the collector was started. */
  sinceCollectorStart(series: DeltaSeries): number {
    return this.#of(series)?.ofCollectorLife.value ?? 0;
  }

  /** The collector is started anew, and knows nothing of what was before. */
  beginCollectorLife(): void {
    for (const taken of this.#taken.values()) taken.ofCollectorLife = new Covered();
  }

  beginServiceLives(): void {
    for (const taken of this.#taken.values()) taken.ofServiceLife = new Covered();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver.close();
  }

  #of([service, metric, attributes]: DeltaSeries): Taken | undefined {
    return this.#taken.get(`${service} ${metric}${keyOf(attributes)}`);
  }
}

function take(all: Map<string, Taken>, service: string, series: Series): void {
  if (!('temporality' in series) || series.temporality !== 'delta') return;
  const { name, attributes, startTimeUnixNano: start, timeUnixNano: end } = series;
  const value = series.kind === 'sum' ? series.value : series.count;
  const key = `${service} ${name}${keyOf(attributes)}`;
  const taken = all.get(key) ?? { ofServiceLife: new Covered(), ofCollectorLife: new Covered() };
  all.set(key, taken);
  taken.ofServiceLife.take(start, end, value);
  taken.ofCollectorLife.take(start, end, value);
}
