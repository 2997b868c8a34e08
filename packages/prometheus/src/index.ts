export { fromDeclarativeConfig, type DeclarativePrometheusConfig } from './declarative-configuration.ts';
export { TRANSLATION_STRATEGIES, type TranslationStrategy } from './names/translation-strategy.ts';
export { ESCAPINGS, FORMATS, type Escaping, type Format, type Rendition } from './negotiation/rendition.ts';
export { PrometheusReader } from './prometheus-reader.ts';
export type { PrometheusReaderOptions, ResourceConstantLabels } from './reader-options.ts';
export { PrometheusServer } from './server/endpoint-server.ts';
export { createHandler } from './server/handler.ts';
export type { HandlerOptions } from './server/handler-options.ts';
export { Health, type HealthListeners } from './server/health.ts';
export type {
  ComponentState,
  HealthComponent,
  HealthPipeline,
  PipelineState,
  Readiness,
} from './server/health-parts.ts';
export { nodeHandler, type NodeHandler } from './server/node-handler.ts';
export { ScrapeMetrics } from './self-metrics/scrape-metrics.ts';
export type { AnsweredScrape, InstrumentOverview, ScrapeRequest, ScrapeSource } from './server/scrape-source.ts';
export type { ServerLimits } from './server/server-limits.ts';
export type { PrometheusServerOptions } from './server/server-options.ts';
export type { OpenWebConfig } from './server/web-config/open-web-config.ts';
export { openWebConfig } from './server/web-config/web-config-on-demand.ts';
