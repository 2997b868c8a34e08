import { answerWith, type Answer } from './answer.ts';
import type { InstrumentOverview } from './scrape-source.ts';

/** For people who look where the metrics are: what this is, where to go on, and the instruments there are. */
export function landingPage(instruments: readonly InstrumentOverview[], linkBase: string): Answer {
  return answerWith(200, 'text/html; charset=utf-8', pageOf(instruments, escape(linkBase)), {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
  });
}

function pageOf(instruments: readonly InstrumentOverview[], base: string): string {
  const series = instruments.reduce((sum, instrument) => sum + instrument.series, 0);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Metrics</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 2rem; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: 0.5rem; }
th, td { border-bottom: 1px solid; padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; }
.number { text-align: right; }
</style>
</head>
<body>
<h1>Metrics of this process</h1>
<p>This is a Prometheus endpoint of flowmeter.</p>
<ul>
<li><a href="${base}metrics">Metrics</a>, as Prometheus scrapes them</li>
<li><a href="${base}metrics?format=json">Metrics as JSON</a>, for people and scripts</li>
<li><a href="${base}health">Health</a></li>
<li><a href="${base}ready">Readiness</a></li>
</ul>
<table>
<caption>${counted(instruments.length, 'instrument')}, ${counted(series, 'series', 'series')}</caption>
<thead>
<tr><th scope="col">Instrument</th><th scope="col">Type</th><th scope="col">Unit</th><th scope="col">Scope</th><th scope="col">Description</th><th scope="col" class="number">Series</th></tr>
</thead>
<tbody>
${instruments.map(rowOf).join('')}</tbody>
</table>
</body>
</html>
`;
}

function rowOf({ name, type, unit, scope, help, series }: InstrumentOverview): string {
  const cells = [name, type, unit, scope, help].map((text) => `<td>${escape(text)}</td>`).join('');
  return `<tr>${cells}<td class="number">${series}</td></tr>\n`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** As text and in attributes. Characters that HTML does not have (WHATWG HTML, 13.2.3.5) are replaced. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
const UNWRITABLE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]|\p{Noncharacter_Code_Point}/gu;
