import { readFileSync } from 'fs';
import { inPackage } from './package-folder';

/** The version of this package. */
export function version(): string {
  return JSON.parse(readFileSync(inPackage('package.json'), 'utf8')).version;
}
