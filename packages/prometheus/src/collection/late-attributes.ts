import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';

type Resources = typeof import('@opentelemetry/resources');

interface LateAttribute {
  readonly key: string;
  isKnown: boolean;
  value: unknown;
}

/**
 * The attributes of a resource as they come. While one is missing, the resource itself leaves out those after it as well, and
 * reports an error whenever it is read.
 */
export class LateAttributes {
  readonly #resource: Resource;
  readonly #attributes: readonly LateAttribute[] | undefined;

  constructor(resource: Resource) {
    this.#resource = resource;
    // Resources of other versions of the SDK do not have it.
    this.#attributes =
      typeof resource.getRawAttributes === 'function' ? resource.getRawAttributes().map(follow) : undefined;
  }

  /** Those that are known now. */
  get known(): Attributes {
    if (this.#attributes === undefined) return this.#resource.attributes;
    const known = new Map<string, unknown>();
    for (const { key, isKnown, value } of this.#attributes) if (isKnown && !known.has(key)) known.set(key, value);
    // It leaves out what may not be an attribute, as the resource itself will.
    const { resourceFromAttributes } = createRequire(import.meta.url)('@opentelemetry/resources') as Resources;
    return resourceFromAttributes(Object.fromEntries(known)).attributes;
  }

  /** The keys of the others; `undefined` if the resource does not say. */
  get missing(): readonly string[] | undefined {
    return this.#attributes?.filter(({ isKnown }) => !isKnown).map(({ key }) => key);
  }
}

function follow([key, value]: readonly [string, unknown]): LateAttribute {
  if (!isThenable(value)) return { key, isKnown: true, value };
  const attribute: LateAttribute = { key, isKnown: false, value: undefined };
  const settle = (settled?: unknown): void => void Object.assign(attribute, { isKnown: true, value: settled });
  value.then(settle, () => settle());
  return attribute;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
