/** The scope of what the push tells of itself. */
export const PUSH_SCOPE = 'flowmeter';

/**
 * The scopes whose metrics go on by themselves, with each push and each scrape: what the push, the endpoint and OpenTelemetry's
 * own endpoint tell of themselves. That of the engine is none of them: it counts measurements of the application.
 */
export const SELF_SCOPES: ReadonlySet<string> = new Set([
  PUSH_SCOPE,
  '@flowmeter/prometheus',
  '@opentelemetry/sdk-metrics',
]);
