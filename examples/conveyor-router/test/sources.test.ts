import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Fields } from '../src/record.ts';
import { csvSource, jsonArraySource, type Source } from '../src/sources.ts';
import { temporaryDirectory } from './temporary-directory.ts';

function toArray(rows: AsyncIterable<Fields>): Promise<Fields[]> {
  return Readable.from(rows).toArray();
}

const texts: [string, (id: string, file: URL) => Source, string, string][] = [
  ['CSV', csvSource, 'n,m\n0,"a,b"\n1,b\n2,c\n', 'n,m\n0,"a'],
  ['JSON', jsonArraySource, '[{"n":"0","m":"a,b"},{"n":"1","m":"b"},{"n":"2","m":"c"}]', '[{"n":"0","m"'],
];

for (const [format, open, text, broken] of texts) {
  describe(`a ${format} source`, () => {
    it('gives the rows from any offset on', async () => {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, 'rows');
      await writeFile(path, text);
      const source = open('rows', pathToFileURL(path));
      const all = await toArray(source.rows(0));
      deepStrictEqual(
        all.map((row) => ({ ...row })),
        [
          { n: '0', m: 'a,b' },
          { n: '1', m: 'b' },
          { n: '2', m: 'c' },
        ],
      );
      for (const offset of [1, 2, 3, 4]) deepStrictEqual(await toArray(source.rows(offset)), all.slice(offset));
    });

    it('fails for its reader when the file is broken or missing', async () => {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, 'rows');
      await rejects(toArray(open('rows', pathToFileURL(path)).rows(0)), { code: 'ENOENT' });
      await writeFile(path, broken);
      await rejects(toArray(open('rows', pathToFileURL(path)).rows(0)));
    });

    it('lets go of its file when the reader stops', async () => {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, 'rows');
      await writeFile(path, text);
      let rows = 0;
      for await (const _ of open('rows', pathToFileURL(path)).rows(0)) {
        rows += 1;
        break;
      }
      strictEqual(rows, 1);
    });
  });
}
