import { existsSync, readdirSync, readFileSync, rmSync } from 'fs';
import { dirname, join, resolve } from 'path';

/** Removes the declarations of a folder that the public ones do not lead to. No program can import what they declare. */
export function removeInternalDeclarations(folder: string, entry: string): void {
  const reachable = reachableFrom(resolve(folder, entry));
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => resolve(folder, path))
    .filter(path => path.endsWith('.d.ts') && !reachable.has(path))
    .forEach(path => rmSync(path));
}

/** The files of declarations that a file imports, directly or not, and the file itself. */
function reachableFrom(file: string, found = new Set<string>()): Set<string> {
  if (!found.has(file)) {
    found.add(file);
    importedBy(file).forEach(imported => reachableFrom(imported, found));
  }
  return found;
}

function importedBy(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]+)['"]/g);
  return [...imports].map(([, path]) => {
    const found = [`${path}.d.ts`, join(path, 'index.d.ts')].map(name => resolve(dirname(file), name)).find(existsSync);
    if (!found) {
      throw new Error(`${file} imports ${path}, which has no declarations`);
    }
    return found;
  });
}
