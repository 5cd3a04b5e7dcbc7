import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import { Library } from './library';
import { LIBRARY } from '../../objects/common-metadata';
import { inPackage } from '../package-folder';

/** Files that npm would read, or leave out, where they have their names in a package. */
const RENAMED: { readonly [file: string]: string } = { gitignore: '.gitignore', gitattributes: '.gitattributes' };

/** The files of a new repository: their text by their path, with the name and the dependency of package.json set. */
export function templateFiles(name: string, library: Library): Map<string, string> {
  const folder = inPackage('templates/new');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = entries.map(entry => relative(folder, join(entry.parentPath, entry.name))).sort();
  return new Map(paths.map(path => {
    const text = readFileSync(join(folder, path), 'utf8');
    return [RENAMED[path] ?? path, path === 'package.json' ? packageJson(text, name, library) : text];
  }));
}

function packageJson(text: string, name: string, { specifier }: Library): string {
  const content = JSON.parse(text);
  return `${JSON.stringify({ ...content, name, dependencies: { ...content.dependencies, [LIBRARY]: specifier } }, null, 2)}\n`;
}
