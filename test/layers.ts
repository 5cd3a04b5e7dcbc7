import { readdirSync, readFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { preProcessFile } from 'typescript';

/**
 * The floors of `src`, top to bottom. A file imports from its own room and from rooms on lower floors, types included.
 * A room is a folder, or a file that stands directly in `src`.
 */
export const FLOORS: string[][] = [
  ['index'],
  ['app'],
  ['mesh'],
  ['dns'],
  ['services', 'trust', 'control-plane', 'cleanup', 'catalog', 'samples'],
  ['istio', 'checks', 'gitops', 'cli'],
  ['model', 'output'],
  ['pki', 'names'],
  ['errors'],
  ['objects'],
];

/** An import of one file of `src` by another, both without their extension. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import between files of a folder: `import`, `import type`, `import()` and `require` alike. */
export function importsIn(folder: string): Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).sort();
  return files.flatMap(file => importsOf(file, readFileSync(join(folder, file), 'utf8')));
}

/** The imports that a file of `src` with this text has within `src`. */
export function importsOf(file: string, text: string): Import[] {
  const specifiers = preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName).filter(name => name.startsWith('.'));
  return specifiers
    .map(specifier => relative('.', join(dirname(file), specifier)))
    .filter(to => !to.startsWith('..'))
    .map(to => ({ from: file.replace(/\.ts$/, ''), to }));
}

/** The imports that do not point down. */
export function climbing(imports: Import[]): Import[] {
  return imports.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(roomOf(to)) <= floorOf(roomOf(from)));
}

/** Files that import each other, directly or through others: one list for each circle. */
export function circles(imports: Import[]): string[][] {
  const targets = new Map<string, string[]>();
  imports.forEach(({ from, to }) => targets.set(from, [...targets.get(from) ?? [], to]));
  const reached = new Map([...targets.keys()].map(file => [file, reachableFrom(file, targets)]));
  const groups = [...targets.keys()].map(file => [...reached.get(file)!].filter(other => reached.get(other)?.has(file)).sort());
  return [...new Map(groups.filter(group => group.length > 0).map(group => [group.join(), group])).values()];
}

function reachableFrom(file: string, targets: ReadonlyMap<string, string[]>): Set<string> {
  const found = new Set<string>();
  const open = [file];
  while (open.length > 0) {
    const fresh = (targets.get(open.pop()!) ?? []).filter(to => !found.has(to));
    fresh.forEach(to => found.add(to));
    open.push(...fresh);
  }
  return found;
}

function roomOf(file: string): string {
  return file.split('/')[0];
}

function floorOf(room: string): number {
  const floor = FLOORS.findIndex(rooms => rooms.includes(room));
  if (floor < 0) {
    throw new Error(`src/${room} stands on no floor: add it to FLOORS in test/layers.ts and to ARCHITECTURE.md`);
  }
  return floor;
}
