/**
 * OpenTelemetry's packages that nothing needs before something is collected: most of what starting them would take. They are loaded
 * at once, since the end of a process does not wait, and by `require` everywhere, since an import would be another copy.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

type Core = typeof import('@opentelemetry/core');
type Resources = typeof import('@opentelemetry/resources');
type SdkMetrics = typeof import('@opentelemetry/sdk-metrics');

export function loadCore(): Core {
  return require('@opentelemetry/core') as Core;
}

export function loadResources(): Resources {
  return require('@opentelemetry/resources') as Resources;
}

export function loadSdkMetrics(): SdkMetrics {
  return require('@opentelemetry/sdk-metrics') as SdkMetrics;
}
