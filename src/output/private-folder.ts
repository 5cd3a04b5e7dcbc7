import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { writeOutput } from './folder-writer';
import { readIfThere } from './owned-files';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Writes files that hold private keys into a folder that Git ignores and that others on the machine cannot read.
 * @throws MESH017 as `writeOutput`
 */
export function writePrivate(folder: string, files: ReadonlyMap<string, string>): void {
  const ignore = join(folder, '.gitignore');
  const there = readIfThere(ignore);
  if (there !== undefined && there !== '*\n') {
    throw foreignIgnore(ignore);
  }
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  // Before the first key: no moment at which Git would take one.
  writeFileSync(ignore, '*\n');
  writeOutput(folder, files, { privateKeys: true });
  files.forEach((_, path) => chmodSync(join(folder, path), 0o600));
}

function foreignIgnore(path: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.FOREIGN_FILE, where: path, what: 'a .gitignore that this library did not write', got: 'something else', expected: 'none, or one that ignores everything', fix: 'let MeshTrust.plain have a folder of its own',
  });
}
