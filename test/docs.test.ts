import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { MeshErrorCode } from '../src';

const ROOT = join(__dirname, '..');
const CODES = Object.values(MeshErrorCode);

/** All tests, as text. */
function tests(folder = __dirname): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.name.endsWith('.test.ts'))
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

test('every code has a section in docs/checks.md, with its cause, an example and the fix', () => {
  const sections = readFileSync(join(ROOT, 'docs', 'checks.md'), 'utf8').split(/^## /m).slice(1);
  expect(sections.map(section => section.slice(0, 7))).toEqual([...CODES].sort());
  expect(sections.filter(section => !/\*\*Cause\.\*\*[\s\S]*\*\*Example\.\*\*[\s\S]*\*\*Fix\.\*\*/.test(section))).toEqual([]);
});

test('every code is triggered by a test', () => {
  const text = tests();
  expect(CODES.filter(code => !text.includes(code))).toEqual([]);
});

test('every file that the documents link to is there', () => {
  const folders = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory());
  const examples = folders.map(({ name }) => join('examples', name, 'README.md'));
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...examples, ...readdirSync(join(ROOT, 'docs')).map(name => join('docs', name))];
  const broken = documents.flatMap(document => [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)]
    .filter(([, target]) => {
      try {
        readFileSync(join(ROOT, document, '..', target));
        return false;
      } catch {
        return true;
      }
    }).map(([, target]) => `${document}: ${target}`));
  expect(broken).toEqual([]);
});
