import { lstatSync, readlinkSync, realpathSync, statSync } from 'fs';
import { basename, dirname, resolve } from 'path';
import { isSystemError, withFileErrors } from './file-errors';

/** Relation of one folder to another. */
export enum FolderRelation {
  APART = 'apart',
  SAME = 'same',
  /** The first folder is in the other one. */
  INSIDE = 'inside',
  /** The other folder is in the first one. */
  AROUND = 'around',
}

/**
 * Returns how one folder lies to another, by what the paths lead to and not by how they are written. Links are followed. A folder
 * that does not exist yet is judged by the deepest folder around it that exists, so that case counts in the rest of its path.
 * Where the file system ignores case, two spellings of a folder that exists are the same.
 *
 * `..` is resolved before links, as `path.join` does, which makes every path that this library opens.
 * @throws MESH055 for a path that the system refuses, such as links that lead in a circle
 */
export function folderRelation(one: string, other: string): FolderRelation {
  const [first, second] = [one, other].map(path => withFileErrors(path, () => placeOf(resolve(path))));
  const [isInside, isAround] = withFileErrors(one, () => [contains(second, first), contains(first, second)]);
  if (isInside && isAround) {
    return FolderRelation.SAME;
  }
  return isInside ? FolderRelation.INSIDE : isAround ? FolderRelation.AROUND : FolderRelation.APART;
}

/**
 * Returns the deepest folder on a path that exists and the folders around it, the deepest first, links followed.
 * @throws MESH055 for a path that the system refuses
 */
export function foldersOnTheWay(path: string): string[] {
  return withFileErrors(path, () => placeOf(resolve(path)).existing);
}

/** Where a path leads. */
interface Place {
  /** Deepest folder that exists and the folders around it, the deepest first. */
  readonly existing: string[];
  /** Names below that folder, which do not exist yet. */
  readonly missing: string[];
}

function placeOf(path: string): Place {
  const real = realPath(path);
  if (real !== undefined) {
    return { existing: [real, ...foldersAround(real)], missing: [] };
  }
  const target = targetOfLink(path);
  if (target !== undefined) {
    return placeOf(resolve(realPath(dirname(path)) ?? dirname(path), target));
  }
  const { existing, missing } = placeOf(dirname(path));
  return { existing, missing: [...missing, basename(path)] };
}

function contains(outer: Place, inner: Place): boolean {
  const identity = identityOf(outer.existing[0]);
  return outer.missing.length === 0
    ? inner.existing.some(folder => identityOf(folder) === identity)
    : identityOf(inner.existing[0]) === identity && outer.missing.every((name, i) => inner.missing[i] === name);
}

/** Path without links; undefined when nothing is at the path, or when a link at the path leads to nothing. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** Path that a link leads to; undefined when the path is no link. */
function targetOfLink(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

function foldersAround(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersAround(parent)];
}

/** Identity of a file or folder. Two paths with one identity lead to the same. */
function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}
