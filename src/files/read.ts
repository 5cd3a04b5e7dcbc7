import { Dirent, readdirSync, readFileSync, statSync } from 'fs';
import { isSystemError, withFileErrors } from './file-errors';

/** Codes of the system for a path at which nothing is. A link whose target does not exist counts as nothing. */
const NOTHING = ['ENOENT', 'ENOTDIR'];

/**
 * Returns the text of a file.
 * @throws MESH055 when the file cannot be read
 */
export function readText(path: string): string {
  return withFileErrors(path, () => readFileSync(path, 'utf8'));
}

/**
 * Returns the text of a file; undefined when the file does not exist.
 * @throws MESH055 when the file cannot be read
 */
export function readTextIfThere(path: string): string | undefined {
  return withFileErrors(path, () => unlessNothing(() => readFileSync(path, 'utf8')));
}

/**
 * Whether a file or folder is at a path, links followed.
 * @throws MESH055 when the system does not say, for instance because a folder on the way cannot be searched
 */
export function isThere(path: string): boolean {
  return withFileErrors(path, () => unlessNothing(() => statSync(path)) !== undefined);
}

/**
 * Returns the entries of a folder; none when the folder does not exist.
 * @throws MESH055 when the folder cannot be read, or is a file
 */
export function entriesOf(folder: string): Dirent[] {
  return isThere(folder) ? withFileErrors(folder, () => readdirSync(folder, { withFileTypes: true })) : [];
}

/** Returns what some work returns; undefined when nothing is at its path. */
export function unlessNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isSystemError(error) && NOTHING.includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}
