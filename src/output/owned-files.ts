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

/** Files that one part of the text of a record names. */
const FILES_IN_A_PART = 1_000;

/**
 * The text of the record for these files, in parts: as a whole, that of a large mesh would take much of the memory of a synth.
 * @param paths paths of the files, in order
 */
export function* recordParts(paths: Iterable<string>): Generator<string> {
  yield '{\n  "comment": "written by cdk8s-istio-multicluster: what it may delete again",\n  "files": [';
  let lines: string[] = [];
  let separator = '';
  for (const path of paths) {
    lines.push(`${separator}\n    ${JSON.stringify(path)}`);
    separator = ',';
    if (lines.length === FILES_IN_A_PART) {
      yield lines.join('');
      lines = [];
    }
  }
  yield lines.join('');
  yield separator === '' ? ']\n}\n' : '\n  ]\n}\n';
}

/**
 * Whether the record of a folder names exactly these files, in its usual text.
 * @param paths paths of the files, in order
 */
export function isRecorded(folder: string, paths: Iterable<string>): boolean {
  const text = readTextIfThere(join(folder, RECORD));
  if (text === undefined) {
    return false;
  }
  let end = 0;
  for (const part of recordParts(paths)) {
    if (!text.startsWith(part, end)) {
      return false;
    }
    end += part.length;
  }
  return end === text.length;
}

/** Returns the files that a record names, or undefined when the text is no record. */
function filesOf(text: string): string[] | undefined {
  const files = hasConflicts(text) ? filesOfBothSides(text) : filesOfJson(text);
  return files?.every(isInside) ? files as string[] : undefined;
}

function filesOfJson(text: string): unknown[] | undefined {
  try {
    const record = JSON.parse(text) as { readonly files?: unknown } | null;
    const files = record?.files;
    return Array.isArray(files) ? files : undefined;
  } catch {
    return undefined;
  }
}

/** Lines by which Git marks what two branches changed at one place, also with the text of their common ancestor. */
const CONFLICT_MARKER = /^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$/m;

function hasConflicts(text: string): boolean {
  return /^<{7} /m.test(text);
}

/**
 * Returns the files that either side of a merge names. Git leaves one entry on each line, and the comma of the last entry may be missing
 * on one side. A file that only one side wrote was written by this library too.
 */
function filesOfBothSides(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter(line => !CONFLICT_MARKER.test(line)).map(line => line.trim().replace(/,$/, ''));
  const entries = lines.slice(lines.indexOf('"files": [') + 1, lines.lastIndexOf(']')).filter(line => line !== '' && line !== ']');
  return filesOfJson(`{"files": [${entries.join(',')}]}`);
}

/** Whether a path consists of plain names joined by "/". A record that somebody changed thus never leads out of the folder. */
function isInside(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && path.split('/').every(part => /^[A-Za-z0-9_%][A-Za-z0-9._%-]*$/.test(part));
}
