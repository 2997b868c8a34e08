import { around, isThenable } from '../flow/around.ts';
import { define } from '../flow/passing-node-stream.ts';
import type { BoundRecorder } from '../instrument-interfaces.ts';
import { describeValue } from '../described.ts';
import { warn } from '../warn.ts';

/** How many records a buffer can hold. */
interface Capacity {
  readonly capacity: number;
}

/** How many records a buffer holds: `length`, or else `size`. */
type Held = { readonly length: number } | { readonly size: number };

/** A buffer that does not say how full it is. */
interface HeldElsewhere extends Capacity {
  readonly length: () => number;
}

/** The buffer of a stage. */
export interface Buffers<StageAttributes> {
  /**
   * Records how full the one buffer of a stage is, now and whenever a method of it has changed that, and gives it back
   * itself. A method that gives a promise is looked at when it is called and when that has settled; its promise comes back
   * as one with the same outcome. What changes an array without a method (`queue.length = 0`) shows with the next one.
   */
  buffer<Queue extends Capacity & Held>(attributes: StageAttributes, queue: Queue): Queue;
  buffer<Queue extends Held>(attributes: StageAttributes, queue: Queue, options: Capacity): Queue;
  buffer<Queue extends object>(attributes: StageAttributes, queue: Queue, options: HeldElsewhere): Queue;
}

/** The methods that change the length of an array: it has many others. */
const ARRAY_METHODS: readonly string[] = ['push', 'pop', 'shift', 'unshift', 'splice'];

export function watchBuffer(
  queue: object,
  options: Partial<HeldElsewhere> | undefined,
  utilization: BoundRecorder,
): void {
  // Code that no compiler has seen may have none.
  if (typeof queue !== 'object' || queue === null) return;
  const own = queue as Partial<Capacity & { readonly length: number; readonly size: number }>;
  const capacity = options?.capacity ?? own.capacity;
  const length = options?.length ?? ((): number | undefined => own.length ?? own.size);
  if (typeof capacity !== 'number' || !(capacity > 0)) {
    warn(
      `conveyor: a buffer is not watched, since its capacity is ${describeValue(capacity)}; it has to be more than 0`,
    );
    return;
  }
  let last: unknown;
  const look = (): void => {
    try {
      const held = length();
      if (held !== last) utilization.record(((last = held) as number) / capacity);
    } catch {
      // How full it is cannot be told now; that must not be the buffer's user's concern.
    }
  };
  look();
  for (const [name, method] of methodsOf(queue)) {
    // In all else it stays the function that it is: it may be a class that the queue has for its users.
    const apply = (_: Function, self: unknown, given: unknown[]): unknown => {
      let result: unknown;
      try {
        result = Reflect.apply(method, self, given);
      } finally {
        look();
      }
      return isThenable(result) ? around(() => result, look) : result;
    };
    define(queue, name, new Proxy(method, { apply }));
  }
}

/** The methods of a queue, its own and those of its class, its superclass's too. */
function methodsOf(queue: object): ReadonlyMap<string | symbol, Function> {
  const methods = new Map<string | symbol, Function>();
  for (
    let owner = queue;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object
  ) {
    for (const name of Array.isArray(queue) ? ARRAY_METHODS : Reflect.ownKeys(owner)) {
      const method: unknown = Reflect.getOwnPropertyDescriptor(owner, name)?.value;
      if (typeof method === 'function' && name !== 'constructor' && !methods.has(name)) methods.set(name, method);
    }
  }
  return methods;
}
