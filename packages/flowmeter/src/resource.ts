import type { Resource, ResourceDetector } from '@opentelemetry/resources';
import { findApplicationPackage, type ApplicationPackage } from './application-package.ts';
import type { Configuration, ResourceDetectorName } from './configuration/configuration.ts';
import { loadResources } from './open-telemetry-on-demand.ts';

/**
 * What the telemetry is about: what is detected, under the application's package name and version, under what the
 * environment and the options say.
 *
 * @returns a function that gives the one resource; it is made, and what makes it loaded, when that is called first
 */
export function createResource(configuration: Configuration): () => Resource {
  const atStart = { application: findApplicationPackage(process), attributes: processAtStart(configuration) };
  let resource: Resource | undefined;
  return () => (resource ??= makeResource(configuration, atStart));
}

interface AtStart {
  readonly application: ApplicationPackage | undefined;
  readonly attributes: Readonly<Record<string, string | string[]>>;
}

/** What the application itself may have changed by the time that the process is looked at. */
function processAtStart({ resourceDetectors }: Configuration): AtStart['attributes'] {
  if (!resourceDetectors.includes('process')) return {};
  const { title, argv, execArgv } = process;
  const [node = '', ...args] = argv;
  return {
    'process.executable.name': title,
    'process.command_args': [node, ...execArgv, ...args],
    ...(args[0] !== undefined && { 'process.command': args[0] }),
  };
}

function makeResource(configuration: Configuration, { application, attributes }: AtStart): Resource {
  const resources = loadResources();
  const { defaultResource, detectResources, resourceFromAttributes } = resources;
  const known: Readonly<Partial<Record<ResourceDetectorName, ResourceDetector>>> = {
    host: resources.hostDetector,
    os: resources.osDetector,
    process: resources.processDetector,
    serviceinstance: resources.serviceInstanceIdDetector,
    // `env` needs no detector: the environment always counts (specification, Resource SDK: "MUST").
  };
  const detectors = configuration.resourceDetectors.flatMap((name) => known[name] ?? []);
  return defaultResource()
    .merge(detectResources({ detectors }))
    .merge(
      resourceFromAttributes({
        ...attributes,
        // OpenTelemetry's own default has whatever Node was called by, which may be a path.
        'service.name': application?.name ?? 'unknown_service:node',
        ...(application?.version !== undefined && { 'service.version': application.version }),
        ...configuration.resourceAttributes,
        ...(configuration.serviceName !== undefined && { 'service.name': configuration.serviceName }),
      }),
    );
}
