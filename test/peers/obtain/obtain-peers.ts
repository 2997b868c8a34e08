/**
 * Builds the programs that the tests of `npm run test:peers` work with, where they are not there yet, and says what it
 * does. Exits with 1 where one cannot be built; without Go, it says what is missing and exits with 0.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtPeers, installedPeers, installedVersion, type BuiltPeer } from '../support/peers.ts';
import { buildPeer, removeUnfinished } from './build-peer.ts';
import { goVersion } from './go.ts';

const started = performance.now();
await removeUnfinished();

const go = goVersion();
const toBuild = builtPeers.filter(({ folder, tool }) => tool === 'Go' && !existsSync(folder));
if (toBuild.length > 0 && go !== undefined)
  say(`Go ${go}; what is compiled once is kept: a run that is interrupted goes on`);
for (const peer of builtPeers) {
  const name = `${peer.title} ${peer.version}`;
  if (existsSync(peer.folder)) {
    say(`${name} is there: ${placeOf(peer)}`);
  } else if (peer.tool === 'Go' && go === undefined) {
    say(`${name} is not there, and cannot be built: Go is not installed (https://go.dev/doc/install)`);
  } else {
    say(`${name} is being built, with ${peer.tool} …`);
    const begun = performance.now();
    try {
      await buildPeer(peer);
      say(`${name} was built in ${secondsSince(begun)}: ${placeOf(peer)}`);
    } catch (error) {
      process.exitCode = 1;
      say(`${name} cannot be built: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
for (const peer of installedPeers) {
  const version = installedVersion(peer);
  if (version === undefined) say(`${peer.title} is not there: apt-get install ${peer.debianPackage}`);
  else say(`${peer.title} ${version} is there: ${peer.program} in the search path`);
}
say(
  `done in ${secondsSince(started)}; npm run test:peers skips the tests whose programs are not there, and names them`,
);

function say(line: string): void {
  console.log(`peers: ${line}`);
}

function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(0)} s`;
}

function placeOf({ folder }: BuiltPeer): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return `${relative(process.cwd(), folder)}, ${(bytes / 1e6).toFixed(0)} MB`;
}
