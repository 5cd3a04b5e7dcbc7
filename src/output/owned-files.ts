import { join } from 'path';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { readTextIfThere } from '../files/read';

/** Record of the written files, at the root of the output folder. Commit it: without it, no run deletes files of earlier runs. */
export const RECORD = 'mesh-files.json';

/**
 * Returns the files that earlier runs wrote, by their path within the folder; none when there is no record.
 * @throws MESH017 when the record is invalid, or names files outside the folder, MESH055 when it cannot be read
 */
export function ownedFiles(folder: string): Set<string> {
  const file = join(folder, RECORD);
  const text = readTextIfThere(file);
  if (text === undefined) {
    return new Set();
  }
  const files = filesOf(text);
  if (files) {
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

/** Returns the text of the record for these files. */
export function recordText(files: Iterable<string>): string {
  const record = { comment: 'written by cdk8s-istio-multicluster: what it may delete again', files: [...files].sort() };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Returns the files that a record names, or undefined when the text is no record. */
function filesOf(text: string): string[] | undefined {
  try {
    const record = JSON.parse(text) as { readonly files?: unknown } | null;
    const files = record?.files;
    return Array.isArray(files) && files.every(isInside) ? files : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path consists of plain names joined by "/". A record that somebody changed thus never leads out of the folder. */
function isInside(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && path.split('/').every(part => /^[A-Za-z0-9_%][A-Za-z0-9._%-]*$/.test(part));
}
