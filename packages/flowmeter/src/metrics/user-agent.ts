import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('flowmeter/package.json') as { readonly version: string };

/** What requests say they come from (specification, OTLP exporter, "User Agent"). */
export const USER_AGENT = `flowmeter-OTLP-Exporter-JavaScript/${version}`;
