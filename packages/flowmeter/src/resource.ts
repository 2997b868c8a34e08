import {
  defaultResource,
  detectResources,
  hostDetector,
  osDetector,
  processDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
  type ResourceDetector,
} from '@opentelemetry/resources';
import { findApplicationPackage } from './application-package.ts';
import type { Configuration, ResourceDetectorName } from './configuration/configuration.ts';

const DETECTORS: Readonly<Partial<Record<ResourceDetectorName, ResourceDetector>>> = {
  host: hostDetector,
  os: osDetector,
  process: processDetector,
  serviceinstance: serviceInstanceIdDetector,
  // `env` needs no detector: the environment always counts (specification, Resource SDK: "MUST").
};

/**
 * What the telemetry is about: what is detected, under the application's package name and version, under what the
 * environment and the options say.
 */
export function createResource(configuration: Configuration): Resource {
  const detectors = configuration.resourceDetectors.flatMap((name) => DETECTORS[name] ?? []);
  const application = findApplicationPackage(process);
  return defaultResource()
    .merge(detectResources({ detectors }))
    .merge(
      resourceFromAttributes({
        // OpenTelemetry's own default has whatever Node was called by, which may be a path.
        'service.name': application?.name ?? 'unknown_service:node',
        ...(application?.version !== undefined && { 'service.version': application.version }),
        ...configuration.resourceAttributes,
        ...(configuration.serviceName !== undefined && { 'service.name': configuration.serviceName }),
      }),
    );
}
