import { existsSync } from 'fs';
import { join } from 'path';

/** Path of a file or folder of this package, by its path within the package. */
export function inPackage(path: string): string {
  // The first folder is relative to the sources and the bundles, the second one to the compiled library.
  const folders = ['../..', '../../..'].map(up => join(__dirname, up));
  return join(folders.find(folder => existsSync(join(folder, 'package.json')))!, path);
}
