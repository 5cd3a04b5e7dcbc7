import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { writeOutput } from './folder-writer';
import { readIfThere } from './owned-files';

/**
 * Writes files that hold private keys into a folder that Git ignores and that others on the machine cannot read.
 * @throws MESH017 as `writeOutput`
 */
export function writePrivate(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  // Before the first key: no moment at which Git would take one.
  if (readIfThere(join(folder, '.gitignore')) !== '*\n') {writeFileSync(join(folder, '.gitignore'), '*\n');}
  writeOutput(folder, files, { privateKeys: true });
}
