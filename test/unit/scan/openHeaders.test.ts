/**
 * A header that is edited while it is open: what includes it follows each edit, although edits keep most of what is known.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { EMPTY_SETUP, type ScannedFile } from '../../../server/scan/scanTypes';
import { InProcessScanner } from '../../../server/scan/threads/inProcessScanner';
import { temporaryFolder } from '../../support/temporaryFolder';

const USE = '#include "outer.h"\nvoid f(void) { ExAllocatePoolWithTag(NonPagedPool, 8, MY_TAG); }\n';

test('an includer sees every edit of an open header, of its macros and of what it includes', async (t) => {
  const root = temporaryFolder(t, {
    'x.c': USE,
    'outer.h': '#include "one.h"\n',
    'one.h': "#define MY_TAG 'enO1'\n",
    'two.h': "#define MY_TAG 'owT2'\n",
  });
  const scanner = new InProcessScanner();
  t.after(() => scanner.dispose());
  scanner.setUp({ ...EMPTY_SETUP, sources: ['x.c', 'outer.h', 'one.h', 'two.h'].map((name) => join(root, name)) });
  const tags = async (): Promise<string> => {
    const found: (ScannedFile | undefined)[] = [];
    await scanner.run([{ path: join(root, 'x.c'), kind: 'source' }], (file) => found.push(file));
    return JSON.stringify(found[0]?.facts.sites.map((site) => site.tags));
  };
  const edit = (name: string, text: string | undefined): void => {
    scanner.setOpen(join(root, name), text);
  };
  const spelled = (literal: string): string => JSON.stringify([[Buffer.from(literal, 'latin1').readUInt32BE()]]);
  assert.equal(await tags(), spelled('enO1'));
  edit('one.h', "#define MY_TAG 'nepO'\n");
  assert.equal(await tags(), spelled('nepO'));
  edit('one.h', "#define MY_TAG 'tidE'\n");
  assert.equal(await tags(), spelled('tidE'));
  edit('outer.h', '#include "one.h"\n');
  edit('outer.h', '#include "two.h"\n');
  assert.equal(await tags(), spelled('owT2'));
  edit('outer.h', undefined);
  edit('one.h', undefined);
  assert.equal(await tags(), spelled('enO1'));
});
