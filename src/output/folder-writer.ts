import { chmodSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from 'fs';
import { join, normalize } from 'path';
import { hasHeader } from './comments';
import { FileComparison } from './file-comparison';
import { FolderContents, withParents } from './folder-contents';
import { hasLock, IGNORE_EVERYTHING, withFolderLock } from './folder-lock';
import { OutputFiles, pathsIn } from './output-files';
import { isRecorded, ownedFiles, RECORD, recordParts } from './owned-files';
import { parentOf, pathOf, ROOT } from './paths';
import { Staging } from './staging';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { withFileErrors } from '../files/file-errors';
import { readTextIfThere } from '../files/read';
import { holdsPrivateKey, privateKeyProblem } from '../pki/key-scan';

/** Files that a run changed in the output folder. */
export interface Changes {
  /** Names of files, in order, by the path of their folder within the output folder. */
  readonly written: ReadonlyMap<string, readonly string[]>;
  /** Paths of files within the output folder, in order. */
  readonly removed: string[];
}

/** Name of the file by which Git ignores a folder with private keys. */
const IGNORE_FILE = '.gitignore';

/** Folder and the files that it is to hold. */
interface Target {
  readonly folder: string;
  readonly files: OutputFiles;
  /** Whether the files hold private keys. Git then ignores the folder, and other users of the machine cannot read it. */
  readonly isPrivate: boolean;
}

/**
 * Makes a folder hold these files. Files of others in the folder stay.
 *
 * Files whose content changes are replaced, and files that an earlier run wrote and that are no longer declared are deleted. No
 * other file is touched. Each file is completed elsewhere and renamed, so no reader sees half of it. Before anything changes,
 * the record names the files of before and after. After a kill at any moment, the next run therefore knows which files it may
 * replace and delete. Of two runs at once, one is refused.
 * @param secrets files with private keys, by the folder that they are for. Git ignores the folder, and other users of the machine
 * cannot read it.
 * @throws MESH031 when a file of the output holds a private key, MESH017 when a file of others or a link is in the way, MESH054
 * when another run writes to a folder, MESH055 when the system refuses to read or write; no file is written in the first three cases
 */
export function writeOutput(folder: string, output: OutputFiles, secrets: ReadonlyMap<string, OutputFiles> = new Map()): Changes {
  refusePrivateKeys(output);
  // As `join` does: the system would follow a link before a `..` behind it.
  const target: Target = { folder: normalize(folder), files: output, isPrivate: false };
  const targets = [target, ...[...secrets].map(([outdir, files]) => ({ folder: normalize(outdir), files, isPrivate: true }))];
  return withFileErrors(folder, () => {
    // What needs no change is not locked, so it may be read-only. Otherwise all is locked, so that all of it is of one run.
    const changes = targets.every(isUpToDate) ? undefined : writeTargets(targets).get(target);
    return changes ?? { written: new Map(), removed: [] };
  });
}

/** Whether a folder holds its files already, and no trace of a run that was killed. */
function isUpToDate({ folder, files, isPrivate }: Target): boolean {
  return !isPrivate
    && isRecorded(folder, files.paths())
    && !hasLock(folder)
    && holdsAll(folder, files);
}

function holdsAll(folder: string, { folders }: OutputFiles): boolean {
  const comparison = new FileComparison();
  return [...folders].every(([parent, texts]) => (
    [...texts].every(([name, text]) => comparison.holds(`${folder}/${parent}/${name}`, text))
  ));
}

/** Writes the files of several folders after all of them are locked and checked. */
function writeTargets(targets: Target[]): Map<Target, Changes> {
  const changes = new Map<Target, Changes>();
  const writes: (() => void)[] = [];
  const lockNext = ([target, ...others]: Target[]): void => {
    if (target === undefined) {
      writes.forEach(write => write());
      return;
    }
    makeFolder(target);
    withFolderLock(target.folder, own => {
      const plan = planFor(target);
      changes.set(target, { written: plan.written, removed: plan.removed });
      writes.push(() => apply(plan, target, new Staging(target.folder, own, target.isPrivate ? 0o600 : 0o666)));
      lockNext(others);
    });
  };
  lockNext(targets);
  return changes;
}

function makeFolder({ folder, isPrivate }: Target): void {
  const ignoreFile = join(folder, IGNORE_FILE);
  const existing = isPrivate ? readTextIfThere(ignoreFile) : undefined;
  if (existing !== undefined && existing !== IGNORE_EVERYTHING) {
    throw foreignIgnoreFile(ignoreFile, existing);
  }
  mkdirSync(folder, { recursive: true });
  if (isPrivate) {
    chmodSync(folder, 0o700);
  }
}

/** Changes that a run is about to make, and what they start from. */
interface Plan extends Changes {
  /** Files that earlier runs wrote, and that are no longer declared. */
  readonly leftOver: string[];
  readonly contents: FolderContents;
}

/** Returns the changes that make a folder hold its files, or throws when something of others is in the way. */
function planFor({ folder, files }: Target): Plan {
  const owned = ownedFiles(folder);
  const contents = new FolderContents(folder);
  const comparison = new FileComparison();
  const written = new Map([...files.folders].flatMap(([parent, texts]): [string, string[]][] => {
    const isThere = parent === ROOT || contents.isFolder(parent);
    const path = join(folder, parent);
    const names = [...texts.keys()].filter(name => !isThere || !comparison.holds(`${path}/${name}`, texts.get(name)!)).sort();
    return names.length === 0 ? [] : [[parent, names]];
  }));
  const leftOver = [...owned].filter(path => !files.has(path));
  const plan = { contents, written, leftOver, removed: leftOver.filter(path => contents.has(path)).sort() };
  refuseForeign(folder, plan, owned);
  return plan;
}

function apply({ contents, written, leftOver, removed }: Plan, { folder, files, isPrivate }: Target, staging: Staging): void {
  if (isPrivate) {
    // Git must ignore the folder before the first key is in it.
    staging.writeFile(IGNORE_FILE, IGNORE_EVERYTHING);
    [...files.paths()].filter(path => contents.has(path)).forEach(path => staging.protect(path));
  }
  if (written.size > 0 || removed.length > 0 || !isRecorded(folder, files.paths())) {
    staging.writeFileInParts(RECORD, recordParts(leftOver.length === 0 ? files.paths() : [...leftOver, ...files.paths()].sort()));
    putInPlace(staging, contents, written, files);
    removed.forEach(path => unlinkSync(join(folder, path)));
    removeEmptyFolders(folder, removed);
    if (leftOver.length > 0) {
      staging.writeFileInParts(RECORD, recordParts(files.paths()));
    }
  }
}

/** Writes files, and the files of a folder that does not exist yet all at once. */
function putInPlace(staging: Staging, contents: FolderContents, written: Changes['written'], { folders }: OutputFiles): void {
  // A folder comes before those within it.
  for (const folder of [...written.keys()].sort()) {
    const texts = folders.get(folder)!;
    if (folder !== ROOT && !contents.has(folder)) {
      staging.writeFolder(folder, texts);
    } else {
      written.get(folder)!.forEach(name => staging.writeFile(pathOf(folder, name), texts.get(name)!));
    }
  }
}

/** Checks the text of every file once more before it can reach Git, after the checks of objects. */
function refusePrivateKeys(output: OutputFiles): void {
  // Many files of a large mesh share one text.
  const all = new Set([...output.folders.values()].flatMap(files => [...new Set(files.values())]));
  const texts = new Set([...all].filter(holdsPrivateKey));
  if (texts.size > 0) {
    throw new MeshErrors([...output.entries()].filter(([, text]) => texts.has(text)).map(([path]) => privateKeyProblem(path, 'the file')));
  }
}

/**
 * Refuses to replace files of others, and to write through links, which may lead out of the folder.
 * @param owned files that earlier runs wrote
 */
function refuseForeign(folder: string, { contents, written, removed }: Plan, owned: ReadonlySet<string>): void {
  const folders = withParents([...written.keys(), ...removed.map(parentOf)]);
  const blockedFolders = folders.filter(path => contents.has(path) && !contents.isFolder(path));
  // After a merge, the record may lack a file that this library wrote on the other branch.
  const isForeign = (path: string) => !owned.has(path) && !(contents.isFile(path) && hasHeader(readTextIfThere(`${folder}/${path}`) ?? ''));
  const inPlace = new Map([...written].map(([parent, names]) => {
    const known = contents.namesIn(parent);
    return [parent, new Set(names.filter(name => known.has(name)))];
  }));
  const foreignFiles = [...pathsIn(inPlace)].filter(isForeign);
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
  for (const path of withParents(removed.map(parentOf)).reverse()) {
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
