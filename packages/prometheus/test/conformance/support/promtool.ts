import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** promtool has things to say on style, and has read the body. */
const LINT = 3;

/** What `promtool check metrics` cannot read in a body, in its words; `undefined` if it can read it. */
export async function refusalOf(body: Uint8Array): Promise<string | undefined> {
  const promtool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'ignore', 'pipe'] });
  // It may have seen enough before it has read all.
  promtool.stdin.on('error', () => {});
  promtool.stdin.end(body);
  const [said, [code]] = await Promise.all([text(promtool.stderr), once(promtool, 'close')]);
  return code === 0 || code === LINT ? undefined : said;
}
