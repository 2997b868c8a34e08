import type { Instruments } from '../create-instruments.ts';
import type { controlPlane } from '../deltaforge/control-plane.ts';
import { knownMethods, OTHER } from './known-methods.ts';

/** The route of all requests that no route has taken. No template is like it: they begin with a slash or a star. */
const UNMATCHED = 'unmatched';

/** The status of a request whose connection ended before its answer was complete. No status code is like it. */
export const ABORTED = 'aborted';

/** What requests are counted and timed in. */
export type ApiInstruments = Instruments<typeof controlPlane>;

/** Tells the template of the route that has taken a request, if one has by now. */
export type RouteSource = () => string | undefined;

/** One request, from its arrival to the end of its answer: counted and timed there, once. */
export class RequestAccount {
  readonly #instruments: ApiInstruments;
  readonly #method: string;
  readonly #startMs = performance.now();
  #source: RouteSource | undefined;
  #settled = false;

  constructor(instruments: ApiInstruments, method: string) {
    this.#instruments = instruments;
    this.#method = method;
  }

  /**
   * Has the route told by `source` when the request is counted. Where several can tell, the last to come goes first: a framework
   * knows more than the server it runs in.
   */
  nameBy(source: RouteSource): void {
    const outer = this.#source;
    this.#source = outer === undefined ? source : () => source() ?? outer();
  }

  /** Counts and times the request, with a status code or {@link ABORTED}. A second call does nothing. */
  settle(status: string): void {
    if (this.#settled) return;
    this.#settled = true;
    const seconds = (performance.now() - this.#startMs) / 1000;
    const route = this.#route();
    // One object for both: it costs less than finding a bound instrument for three values would.
    const attributes = { route, method: this.#method, status };
    this.#instruments.apiRequests.add(1, attributes);
    this.#instruments.apiRequestLatencySeconds.record(seconds, attributes);
  }

  #route(): string {
    try {
      return this.#source?.() ?? UNMATCHED;
    } catch {
      // A framework that is none, or not the version it says.
      return UNMATCHED;
    } finally {
      // A source may hold the whole request.
      this.#source = undefined;
    }
  }
}

/** The accounts of one accounting, by what stands for a request as long as it lasts. */
export class RequestAccounts {
  readonly #instruments: ApiInstruments;
  readonly #methods = knownMethods();
  readonly #accounts = new WeakMap<object, RequestAccount>();

  constructor(instruments: ApiInstruments) {
    this.#instruments = instruments;
  }

  /** The account of a request that has one: whatever else meets the request must not count it again. */
  of(key: object): RequestAccount | undefined {
    return this.#accounts.get(key);
  }

  open(key: object, method: string | undefined): RequestAccount {
    const known = method !== undefined && this.#methods.has(method) ? method : OTHER;
    const account = new RequestAccount(this.#instruments, known);
    this.#accounts.set(key, account);
    return account;
  }
}

/** A status code as a label; what is none, and so cannot have been sent, is `_OTHER`. */
export function statusOf(code: unknown): string {
  return typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 999 ? String(code) : OTHER;
}
