import { readFileSync, writeFileSync } from 'node:fs';
import { withMetricTables } from './metric-tables.ts';

const readme = new URL('../../README.md', import.meta.url);
writeFileSync(readme, withMetricTables(readFileSync(readme, 'utf8')));
