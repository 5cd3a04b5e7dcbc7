import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

/** Files that may call the file system, and why no error of the system leaves them. */
const ALLOWED: { readonly [path: string]: string } = {
  'files/': 'the calls that throw MESH055',
  'output/': 'writeOutput turns the errors of all of it into MESH055',
  'cli/': 'main turns the errors of all of it into MESH055',
  'written/read-folder.ts': 'the calls are inside withFileErrors',
  'pki/encrypted-key.ts': 'MESH035 says more, and must not show what the environment holds',
};

const FILE_SYSTEM = /(?:from|require\(|import\()\s*['"](?:node:)?(?:fs|fs\/promises|fs-extra|graceful-fs)['"]/;

function callers(files: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([, text]) => FILE_SYSTEM.test(text)).map(([path]) => path);
}

function sources(): Map<string, string> {
  const folder = join(__dirname, '..', '..', 'src');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'));
  return new Map(paths.map(path => [path, readFileSync(join(folder, path), 'utf8').replace(/^ \*.*$/gm, '')]));
}

test('only the files that turn errors of the system into errors with a code call the file system', () => {
  expect(callers(sources()).filter(path => !Object.keys(ALLOWED).some(allowed => path.startsWith(allowed)))).toEqual([]);
});

test('no entry of the list is unused', () => {
  const found = callers(sources());
  expect(Object.keys(ALLOWED).filter(allowed => !found.some(path => path.startsWith(allowed)))).toEqual([]);
});

test.each([
  "import { readFileSync } from 'fs';",
  "import * as fs from 'node:fs';",
  'const { readFileSync } = require("fs");',
  "const fs = await import('fs/promises');",
])('a file with %s is found', text => {
  expect(callers(new Map([['a.ts', text]]))).toEqual(['a.ts']);
});
