import { readFileSync } from 'fs';
import { join } from 'path';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** The record of what was written before, at the root of the output folder. It belongs into Git, or nothing is ever pruned. */
export const RECORD = 'mesh-files.json';

/**
 * The files that earlier runs wrote, by their path within the folder; none when there is no record.
 * @throws MESH017 when the record is not one, or names files outside the folder
 */
export function ownedFiles(folder: string): Set<string> {
  const file = join(folder, RECORD);
  const text = readIfThere(file);
  if (text === undefined) {
    return new Set();
  }
  const files: unknown = parsed(text)?.files;
  if (Array.isArray(files) && files.every(isInside)) {
    return new Set(files);
  }
  throw new MeshError({
    code: MeshErrorCode.FOREIGN_FILE,
    where: file,
    what: 'this is not a record of written files',
    got: text.slice(0, 80),
    expected: '{ "files": [...] } with paths inside the folder',
    fix: 'restore it from Git, or delete it together with the cluster folders and run again',
  });
}

/** The text of the record for these files. */
export function recordText(files: Iterable<string>): string {
  return `${JSON.stringify(
    { comment: 'written by cdk8s-istio-multicluster: what it may delete again', files: [...files].sort() },
    undefined,
    2,
  )}\n`;
}

/** The text of a file, or undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A path of plain names joined by "/": a record that was tampered with never leads out of the folder. */
function isInside(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && path.split('/').every(part => /^[A-Za-z0-9_%][A-Za-z0-9._%-]*$/.test(part));
}
