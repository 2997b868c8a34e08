import { startOtlpReceiver, type OtlpReceiver, type OtlpRequest, type Series } from '@flowmeter-examples/otlp-receiver';

/** What one delta has brought, and for which time. */
interface Delta {
  readonly start: bigint;
  readonly end: bigint;
  readonly value: number;
}

/** The deltas of one metric of one service; it has one series. */
interface Taken {
  /** Those that no other one replaces, in the present life of the service. */
  valid: Delta[];
  validBefore: number;
  /** Those that the collector's processor adds up, since the collector was started. */
  added: Delta[];
  addedBefore: number;
}

/**
 * The end of a pipeline of the collector that passes on what services push before it answers them: what is here was
 * taken, and what is not here was not answered with success.
 *
 * A request that was taken and not answered is made again. Its deltas then begin where those did that they replace, so
 * that they can be told apart; the collector's delta-to-cumulative processor goes by the ends alone, and adds up both
 * where the second ends later.
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

  /** What a service has pushed in its present life, each delta once: the sum of a counter, the number of values of a histogram. */
  valueOf(service: string, metric: string): number {
    return sum(this.#of(service, metric).valid);
  }

  /** What the processor makes of it since the collector was started. */
  addedUp(service: string, metric: string): number {
    return sum(this.#of(service, metric).added);
  }

  /** What the processor has added up twice in all. */
  twice(service: string, metric: string): number {
    const { valid, validBefore, added, addedBefore } = this.#of(service, metric);
    return addedBefore + sum(added) - validBefore - sum(valid);
  }

  /** The collector is started anew, and knows nothing of what was before. */
  forgetAdded(): void {
    for (const taken of this.#taken.values()) {
      taken.addedBefore += sum(taken.added);
      taken.added = [];
    }
  }

  /** The services are started anew. */
  beginLives(): void {
    for (const taken of this.#taken.values()) {
      taken.validBefore += sum(taken.valid);
      taken.valid = [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver.close();
  }

  #of(service: string, metric: string): Taken {
    return this.#taken.get(`${service} ${metric}`) ?? NOTHING;
  }
}

const NOTHING: Taken = { valid: [], validBefore: 0, added: [], addedBefore: 0 };

function take(all: Map<string, Taken>, service: string, series: Series): void {
  if (!('temporality' in series) || series.temporality !== 'delta') return;
  const value = series.kind === 'sum' ? series.value : series.count;
  const delta = { start: series.startTimeUnixNano, end: series.timeUnixNano, value };
  const key = `${service} ${series.name}`;
  const taken = all.get(key) ?? { ...NOTHING, valid: [], added: [] };
  const { valid, added } = taken;
  while ((valid.at(-1)?.start ?? -1n) >= delta.start) valid.pop();
  valid.push(delta);
  const [first, last] = [added[0], added.at(-1)];
  const isLater = first === undefined || last === undefined || (delta.end > last.end && delta.start >= first.start);
  if (isLater) added.push(delta);
  all.set(key, taken);
}

function sum(deltas: readonly Delta[]): number {
  return deltas.reduce((total, { value }) => total + value, 0);
}
