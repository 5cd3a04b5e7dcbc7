import { chmodSync, mkdirSync, readdirSync, rmdirSync, unlinkSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import { FolderContents, foldersOf } from './folder-contents';
import { ownedFiles, readIfThere, RECORD, recordText } from './owned-files';
import { removeAbandonedStaging, Staging } from './staging';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { holdsPrivateKey, privateKeyProblem } from '../pki/key-scan';

/** Files of an output folder: their text by their path within the folder, with "/" between folders. */
export type Output = ReadonlyMap<string, string>;

/** Files that a run changed in the output folder, by their path within the folder. */
export interface Changes {
  readonly written: string[];
  readonly removed: string[];
}

/** Text of a .gitignore for a folder of which Git ignores every file. */
const IGNORE_EVERYTHING = '*\n';

/**
 * Makes a folder hold these files. Files of others in the folder stay.
 *
 * Files whose content changes are replaced, and files that an earlier run wrote and that are no longer declared are deleted. No
 * other file is touched. Each file is completed elsewhere and renamed, so no reader sees half of it. Before anything changes,
 * the record names the files of before and after. After a kill at any moment, the next run therefore knows which files it may
 * replace and delete.
 * @throws MESH031 when a file holds a private key, MESH017 when a file of others or a link is in the way; nothing is written then
 */
export function writeOutput(folder: string, output: Output): Changes {
  refusePrivateKeys(output);
  return writeFiles(folder, output);
}

/**
 * Makes a folder hold files with private keys. Git ignores the folder, and other users of the machine cannot read it.
 * @throws MESH017 when a file of others or a link is in the way
 */
export function writePrivate(folder: string, files: Output): void {
  const ignoreFile = join(folder, '.gitignore');
  const existing = readIfThere(ignoreFile);
  if (existing !== undefined && existing !== IGNORE_EVERYTHING) {
    throw foreignIgnoreFile(ignoreFile, existing);
  }
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  // Git must ignore the folder before the first key is in it.
  writeFileSync(ignoreFile, IGNORE_EVERYTHING);
  writeFiles(folder, files);
  files.forEach((_, path) => chmodSync(join(folder, path), 0o600));
}

function writeFiles(folder: string, output: Output): Changes {
  const owned = ownedFiles(folder);
  const contents = new FolderContents(folder);
  const written = [...output.keys()].filter(path => !contents.has(path) || readIfThere(join(folder, path)) !== output.get(path)).sort();
  const removed = [...owned].filter(path => !output.has(path) && contents.has(path)).sort();
  refuseForeign(folder, contents, { written, removed, owned });

  mkdirSync(folder, { recursive: true });
  removeAbandonedStaging(folder);
  const record = recordText(output.keys());
  if (written.length > 0 || removed.length > 0 || readIfThere(join(folder, RECORD)) !== record) {
    const staging = new Staging(folder);
    staging.writeFile(RECORD, recordText(new Set([...owned, ...output.keys()])));
    putInPlace(staging, contents, new Map(written.map(path => [path, output.get(path)!])));
    removed.forEach(path => unlinkSync(join(folder, path)));
    removeEmptyFolders(folder, removed);
    staging.writeFile(RECORD, record);
    staging.remove();
  }
  return { written, removed };
}

/** Writes files, and the files of a folder that does not exist yet all at once. */
function putInPlace(staging: Staging, contents: FolderContents, files: Output): void {
  for (const [parent, inside] of byFolder(files)) {
    if (parent !== '.' && !contents.has(parent)) {
      staging.writeFolder(parent, inside);
    } else {
      inside.forEach((text, name) => staging.writeFile(join(parent, name), text));
    }
  }
}

/** Groups files by folder, and within a folder by name. */
function byFolder(files: Output): Map<string, Map<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  files.forEach((text, path) => {
    const parent = dirname(path);
    const group = groups.get(parent) ?? new Map<string, string>();
    groups.set(parent, group.set(basename(path), text));
  });
  return groups;
}

/** Checks the text of every file once more before it can reach Git, after the checks of objects. */
function refusePrivateKeys(output: Output): void {
  const problems = [...output].filter(([, text]) => holdsPrivateKey(text)).map(([path]) => privateKeyProblem(path, 'the file'));
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}

/** Files that a run is about to change, and those that earlier runs wrote. */
interface PlannedChanges extends Changes {
  readonly owned: ReadonlySet<string>;
}

/** Refuses to replace files of others, and to write through links, which may lead out of the folder. */
function refuseForeign(folder: string, contents: FolderContents, { written, removed, owned }: PlannedChanges): void {
  const blockedFolders = foldersOf([...written, ...removed]).filter(path => contents.has(path) && !contents.isFolder(path));
  const foreignFiles = written.filter(path => contents.has(path) && !owned.has(path));
  const foldersInPlaceOfFiles = removed.filter(path => contents.isFolder(path));
  const problem = (what: string, fix: string) => (path: string): Problem => (
    { code: MeshErrorCode.FOREIGN_FILE, where: join(folder, path), what, fix }
  );
  const problems = [
    ...blockedFolders.map(problem('a link or file where a folder belongs', 'remove it: no file is written through a link')),
    ...foreignFiles.map(problem('a file that this library did not write', 'move it away, or delete it if an earlier tool wrote it')),
    ...foldersInPlaceOfFiles.map(problem('a folder where a file was written', 'remove it')),
  ];
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}

/** Removes the folders that held removed files only. */
function removeEmptyFolders(folder: string, removed: string[]): void {
  for (const path of foldersOf(removed).reverse()) {
    if (readdirSync(join(folder, path)).length === 0) {
      rmdirSync(join(folder, path));
    }
  }
}

function foreignIgnoreFile(path: string, got: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.FOREIGN_FILE,
    where: path,
    what: 'a .gitignore that this library did not write',
    got,
    expected: 'no .gitignore, or one that ignores everything',
    fix: 'give MeshTrust.plain an outdir that no other tool uses',
  });
}
