import { readFileSync } from 'fs';
import { join } from 'path';

/** The first program of a section of the README. */
export function programOfReadme(section: string): string {
  const [, text] = readFileSync(join(__dirname, '..', 'README.md'), 'utf8').split(`\n## ${section}\n`);
  const [, program] = /^```ts\n([\s\S]*?)```$/m.exec(text)!;
  return program;
}
