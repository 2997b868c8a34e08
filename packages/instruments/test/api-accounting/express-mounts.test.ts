import express from 'express';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

/** One segment of a path: its template, and what a request has in its place. */
interface Segment {
  readonly template: string;
  readonly raw: string;
}

/** No template has it, and every value of a parameter begins with it. */
const RAW = 'raw';

const value = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('a', 'b', '..', '/', '?', '%', ':x', '*', ''))
  .map((text) => RAW + encodeURIComponent(text.toWellFormed()));

const literal = fc.constantFrom('a', 'b', 'users').map((name) => ({ template: name, raw: name }));
const parameter = fc
  .tuple(fc.constantFrom('x', 'y', 'users'), value)
  .map(([name, raw]) => ({ template: `:${name}`, raw }));

const path = fc.array(fc.oneof(literal, parameter), { minLength: 1, maxLength: 3 });

interface Mount {
  readonly at: readonly Segment[];
  readonly as: 'router' | 'application' | 'application as handler';
  readonly alsoAt: 'before' | 'after' | 'nowhere';
}

const mount: fc.Arbitrary<Mount> = fc.record({
  at: path,
  as: fc.constantFrom('router', 'application', 'application as handler'),
  alsoAt: fc.constantFrom('before', 'after', 'nowhere'),
});

test('wherever a route of Express is mounted, it is counted under its whole template, and nothing raw ever is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mount, { maxLength: 4 }), path, async (mounts, route) => {
      const { api, counted } = countedRequests();
      const app = express().use(api.express());
      mountAll(app, mounts, templateOf(route));
      await using served = await Served.by(createServer(app));
      const segments = [...mounts.flatMap(({ at }) => at), ...route];
      await served.fetch(`/${segments.map(({ raw }) => raw).join('/')}?${RAW}`);
      await served.fetch(`/${segments.map(({ raw }) => raw).join('/')}/${RAW}`);
      const template = isHidden(mounts) ? `*${templateOf(route)}` : templateOf(segments);
      assert.deepEqual(await counted(2), [`GET ${template} 204`, 'GET unmatched 404'].toSorted());
    }),
    { numRuns: 150 },
  );
});

function mountAll(outer: express.Router, [first, ...others]: readonly Mount[], route: string): void {
  if (first === undefined) {
    outer.get(route, (_request, response) => void response.status(204).end());
    return;
  }
  const inner = first.as === 'router' ? express.Router() : express();
  // Nothing that a request has begins like it: the same router elsewhere must not be taken for this one.
  if (first.alsoAt === 'before' && first.as !== 'application as handler') outer.use('/elsewhere/:z', inner);
  if (first.as === 'application as handler') outer.use(templateOf(first.at), express.Router().use(inner));
  else outer.use(templateOf(first.at), inner);
  if (first.alsoAt === 'after' && first.as === 'router') outer.use('/elsewhere/:z', inner);
  mountAll(inner, others, route);
}

/** An application that a router runs does not know what it is in, nor then anybody which applications Express has mounted above it. */
function isHidden(mounts: readonly Mount[]): boolean {
  const mounted = mounts.map(({ as }, index) => as === 'application' && mounts[index - 1]?.as !== 'router');
  const run = mounts.findLastIndex(({ as }, index) => as !== 'router' && mounted[index] !== true);
  return mounted.slice(0, Math.max(run, 0)).includes(true);
}

function templateOf(segments: readonly Segment[]): string {
  return segments.map(({ template }) => `/${template}`).join('');
}
