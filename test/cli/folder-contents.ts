import { X509Certificate } from 'crypto';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

/** Text of every file of a folder, by path. */
export function contents(folder: string): { [path: string]: string } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = entries.map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map(path => [path, readFileSync(path, 'utf8')]));
}

/** Certificate of a PEM text. */
export function x509(pem: string): X509Certificate {
  return new X509Certificate(pem);
}
