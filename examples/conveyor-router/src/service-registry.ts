import { recordActiveServices } from 'flowmeter/conveyor';

const SERVICE_TYPES = ['source', 'transform', 'sink'] as const;

/** What a service does in the router. */
export type ServiceType = (typeof SERVICE_TYPES)[number];

/** Who is at work at present, by what they do. */
export class ServiceRegistry {
  readonly #services: Record<ServiceType, Set<string>> = { source: new Set(), transform: new Set(), sink: new Set() };

  constructor() {
    for (const type of SERVICE_TYPES) recordActiveServices(type, 0);
  }

  /** Registers a service; throws when one of that name is registered already. */
  register(type: ServiceType, serviceId: string): void {
    const services = this.#services[type];
    if (services.has(serviceId)) throw new Error(`${type} ${serviceId} is registered already`);
    services.add(serviceId);
    recordActiveServices(type, services.size);
  }

  /** Takes a service off the list; does nothing when it is not on it. */
  deregister(type: ServiceType, serviceId: string): void {
    if (this.#services[type].delete(serviceId)) recordActiveServices(type, this.#services[type].size);
  }
}
