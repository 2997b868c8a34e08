import { createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api';

/** A provider whose one meter is an ordinary one, but for the given methods. */
export function meterProviderWith(methods: { readonly [Method in keyof Meter]?: unknown }): MeterProvider {
  const meter = Object.assign(Object.create(createNoopMeter()) as Meter, methods);
  return { getMeter: () => meter };
}

export function throwing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
