import { existsSync, readFileSync } from 'fs';
import { join } from 'path';

/** The version of this package. */
export function version(): string {
  // The first path is relative to the sources, the second one to the compiled library.
  const files = ['../../package.json', '../../../package.json'].map(path => join(__dirname, path));
  return JSON.parse(readFileSync(files.find(existsSync)!, 'utf8')).version;
}
