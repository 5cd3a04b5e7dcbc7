import { Dirent, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import { isRunning } from './is-running';
import { ownedFiles, readIfThere, RECORD, recordText } from './owned-files';
import { MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { holdsPrivateKey, privateKeyProblem } from '../pki/key-scan';

/** Files of an output folder: their text by their path within the folder, with "/" between folders. */
export type Output = ReadonlyMap<string, string>;

/** What a run changed in the output folder, by paths within it. */
export interface Changes {
  readonly written: string[];
  readonly removed: string[];
}

const STAGING = '.mesh-staging-';

/**
 * Makes a folder hold exactly these files, beside whatever else is in it.
 *
 * Only files whose content changes are touched, and only files that an earlier run wrote are deleted. Each file appears
 * whole: it is written elsewhere and renamed. Before anything changes, the record names all files that will be this
 * library's; so after a kill at any moment the next run knows what it may replace and delete, and ends right.
 * @throws MESH031 before anything is written, when a file holds a private key
 * @throws MESH017 likewise, when a foreign file or a link is in the way
 */
export function writeOutput(folder: string, output: Output, allow: { readonly privateKeys?: boolean } = {}): Changes {
  if (!allow.privateKeys) {
    refusePrivateKeys(output);
  }
  const owned = ownedFiles(folder);
  const there = new Contents(folder);
  const written = [...output.keys()].filter(path => !there.has(path) || readIfThere(join(folder, path)) !== output.get(path));
  const removed = [...owned].filter(path => !output.has(path) && there.has(path));
  refuseForeign(folder, there, written, removed, owned);

  mkdirSync(folder, { recursive: true });
  removeStaging(folder);
  const record = recordText(output.keys());
  if (written.length > 0 || removed.length > 0 || readIfThere(join(folder, RECORD)) !== record) {
    const staging = join(folder, `${STAGING}${process.pid}`);
    mkdirSync(staging);
    replace(folder, staging, RECORD, recordText(new Set([...owned, ...output.keys()])));
    writeFiles(folder, there, staging, written, output);
    removed.forEach(path => unlinkSync(join(folder, path)));
    removeEmptyFolders(folder, removed);
    replace(folder, staging, RECORD, record);
    rmSync(staging, { recursive: true });
  }
  return { written: written.sort(), removed: removed.sort() };
}

/** Writes files, a whole folder at once where there is none yet: one rename instead of thousands. */
function writeFiles(folder: string, there: Contents, staging: string, paths: string[], output: Output): void {
  for (const [parent, files] of byFolder(paths)) {
    if (parent !== '.' && !there.has(parent)) {
      const fresh = join(staging, 'folder');
      mkdirSync(fresh);
      files.forEach(path => writeFileSync(join(fresh, path.slice(parent.length + 1)), output.get(path)!));
      mkdirSync(dirname(join(folder, parent)), { recursive: true });
      renameSync(fresh, join(folder, parent));
    } else {
      files.forEach(path => replace(folder, staging, path, output.get(path)!));
    }
  }
}

function byFolder(paths: string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const parent = dirname(path);
    const group = groups.get(parent);
    if (group) {
      group.push(path);
    } else {
      groups.set(parent, [path]);
    }
  }
  return groups;
}

/** Puts a file in place in one step. */
function replace(folder: string, staging: string, path: string, text: string): void {
  const file = join(staging, 'file');
  writeFileSync(file, text);
  renameSync(file, join(folder, path));
}

/** The last gate before Git: no file of the output holds a private key, whichever way it came there. */
function refusePrivateKeys(output: Output): void {
  const found = [...output].filter(([, text]) => holdsPrivateKey(text)).map(([path]) => privateKeyProblem(path, 'the file'));
  if (found.length > 0) {
    throw new MeshErrors(found);
  }
}

/** Refuses to replace what is not ours, and to go through links, which may lead out of the folder. */
function refuseForeign(folder: string, there: Contents, written: string[], removed: string[], owned: Set<string>): void {
  const problems = [
    ...foldersOf([...written, ...removed]).filter(path => there.has(path) && !there.isFolder(path))
      .map(path => foreign(join(folder, path), 'a link or file where a folder belongs', 'remove it: nothing is written through links')),
    ...written.filter(path => there.has(path) && !owned.has(path))
      .map(
        path => foreign(
          join(folder, path),
          'a file that this library did not write',
          'move it away, or delete it if an earlier tool wrote it',
        ),
      ),
    ...removed.filter(path => there.isFolder(path))
      .map(path => foreign(join(folder, path), 'a folder where a file was written', 'remove it')),
  ];
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}

/** What is in the output folder, each of its folders listed once: thousands of files are not asked for one by one. */
class Contents {
  private readonly listed = new Map<string, Map<string, Dirent>>();

  public constructor(private readonly root: string) {}

  public has(path: string): boolean {
    return this.list(dirname(path)).has(basename(path));
  }

  /** Whether a path is a folder, and no link to one. */
  public isFolder(path: string): boolean {
    return this.list(dirname(path)).get(basename(path))?.isDirectory() ?? false;
  }

  private list(folder: string): Map<string, Dirent> {
    const known = this.listed.get(folder);
    if (known) {
      return known;
    }
    const inside = folder === '.' || this.isFolder(folder);
    const entries = inside && existsSync(join(this.root, folder)) ? readdirSync(join(this.root, folder), { withFileTypes: true }) : [];
    const listing = new Map(entries.map(entry => [entry.name, entry]));
    this.listed.set(folder, listing);
    return listing;
  }
}

function foreign(path: string, what: string, fix: string): Problem {
  return {
    code: MeshErrorCode.FOREIGN_FILE,
    where: path,
    what,
    got: 'something else',
    expected: 'nothing, or what an earlier run wrote',
    fix,
  };
}

/** The folders that lead to files, each once. */
function foldersOf(paths: string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let parent = dirname(path); parent !== '.' && !folders.has(parent); parent = dirname(parent)) {
      folders.add(parent);
    }
  }
  return [...folders].sort();
}

/** Removes the folders that only held removed files. */
function removeEmptyFolders(folder: string, removed: string[]): void {
  for (const path of foldersOf(removed).reverse()) {
    if (readdirSync(join(folder, path)).length === 0) {
      rmdirSync(join(folder, path));
    }
  }
}

/** Removes what runs that were killed left behind, but not what another run is using now. */
function removeStaging(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(STAGING) ? Number(name.slice(STAGING.length)) : undefined;
    if (pid !== undefined && !(pid !== process.pid && isRunning(pid))) {
      rmSync(join(folder, name), { recursive: true });
    }
  }
}
