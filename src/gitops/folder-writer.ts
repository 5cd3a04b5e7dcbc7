import { mkdirSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import type { Output } from './output';

/** Writes files below a folder, which is made when it is not there. */
export function writeOutput(folder: string, output: Output): void {
  for (const [path, text] of output) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
