/** The endpoint without the reader: for who opens it before there is anything to read. Of other packages it loads none. */
export { TRANSLATION_STRATEGIES, type TranslationStrategy } from './names/translation-strategy.ts';
export type { ResourceConstantLabels } from './reader-options.ts';
export { PrometheusServer } from './server/endpoint-server.ts';
export { Health, type HealthListeners } from './server/health.ts';
export type {
  ComponentState,
  HealthComponent,
  HealthPipeline,
  PipelineState,
  Readiness,
} from './server/health-parts.ts';
export type { AnsweredScrape, InstrumentOverview, ScrapeRequest, ScrapeSource } from './server/scrape-source.ts';
export type { ServerLimits } from './server/server-limits.ts';
export type { PrometheusServerOptions } from './server/server-options.ts';
export type { OpenWebConfig } from './server/web-config/open-web-config.ts';
export { openWebConfig } from './server/web-config/web-config-on-demand.ts';
