import { readdirSync, readFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { preProcessFile } from 'typescript';

/**
 * The floors of `src`, from top to bottom. A file may import from its own room and from rooms on lower floors, types included.
 * A room is a folder of `src`, or a file directly in `src`.
 */
export const FLOORS: string[][] = [
  ['cli'],
  ['index'],
  ['app'],
  ['mesh'],
  ['dns'],
  ['services', 'trust', 'control-plane', 'cleanup', 'catalog', 'samples', 'written', 'observability', 'facts'],
  ['istio', 'checks', 'gitops', 'network-policies'],
  ['model', 'output'],
  ['pki', 'names', 'options'],
  ['files'],
  ['errors'],
  ['objects'],
];

/** Paths within `src`, without extension, of a file and of another file that it imports. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** All imports between files of a folder, by `import`, `import type`, `import()` or `require`. */
export function importsIn(folder: string): Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).sort();
  return files.flatMap(file => importsOf(file, readFileSync(join(folder, file), 'utf8')));
}

/** The imports within `src` of a file with this path and text. */
export function importsOf(file: string, text: string): Import[] {
  const specifiers = preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName).filter(name => name.startsWith('.'));
  return specifiers
    .map(specifier => relative('.', join(dirname(file), specifier)))
    .filter(to => !to.startsWith('..'))
    .map(to => ({ from: file.replace(/\.ts$/, ''), to }));
}

/** Imports from another room that is not on a lower floor. */
export function climbing(imports: Import[]): Import[] {
  return imports.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(roomOf(to)) <= floorOf(roomOf(from)));
}

/** Groups of files that import each other, directly or through other files. */
export function circles(imports: Import[]): string[][] {
  const targets = new Map<string, string[]>();
  imports.forEach(({ from, to }) => targets.set(from, [...targets.get(from) ?? [], to]));
  const reached = new Map([...targets.keys()].map(file => [file, reachableFrom(file, targets)]));
  const groups = [...targets.keys()].map(file => [...reached.get(file)!].filter(other => reached.get(other)?.has(file)).sort());
  return [...new Map(groups.filter(group => group.length > 0).map(group => [group.join(), group])).values()];
}

function reachableFrom(file: string, targets: ReadonlyMap<string, string[]>): Set<string> {
  const found = new Set<string>();
  const unvisited = [file];
  while (unvisited.length > 0) {
    const newTargets = (targets.get(unvisited.pop()!) ?? []).filter(to => !found.has(to));
    newTargets.forEach(to => found.add(to));
    unvisited.push(...newTargets);
  }
  return found;
}

function roomOf(file: string): string {
  return file.split('/')[0];
}

function floorOf(room: string): number {
  const floor = FLOORS.findIndex(rooms => rooms.includes(room));
  if (floor < 0) {
    throw new Error(`src/${room} is on no floor: add it to FLOORS in test/layers.ts and to ARCHITECTURE.md`);
  }
  return floor;
}
