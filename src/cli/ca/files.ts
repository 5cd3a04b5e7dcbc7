import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import { withFileErrors } from '../../files/file-errors';
import { isThere } from '../../files/read';

const UNFINISHED = '.unfinished';
const TEMPORARY = /^\.(.+)\.(?:next|old)$/;

/**
 * Text of a file that a command-line option names.
 * @throws MESH055 if the file cannot be read
 */
export function readOptionFile(file: string, option: string): string {
  return withFileErrors(option, () => readFileSync(file, 'utf8'));
}

/** Writes a file. After a crash or a loss of power, the file has either its old or its new content. */
export function writeFileAtomically(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), `.${basename(path)}${UNFINISHED}`);
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, 'wx', mode);
  try {
    // writeSync may write only a part of the text; writeFileSync continues until all is written.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameDurably(unfinished, path);
}

/** Renames a file. The new name survives a loss of power. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Removes files that an interrupted run did not finish. */
export function removeUnfinishedFiles(folder: string): void {
  if (isThere(folder)) {
    readdirSync(folder).filter(name => name.endsWith(UNFINISHED)).forEach(name => rmSync(join(folder, name)));
  }
}

/**
 * Replaces a folder with one that holds only the given files. The new folder is complete before the old one is renamed. If the
 * process ends between the two renames, `recoverFolders` completes the replacement.
 */
export function replaceFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const { next, old } = temporaryFolders(folder);
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  files.forEach((text, name) => writeFileAtomically(join(next, name), text));
  if (isThere(folder)) {
    renameSync(folder, old);
  }
  renameSync(next, folder);
  syncFolder(dirname(folder));
  rmSync(old, { recursive: true, force: true });
}

/** Completes or reverts replacements that an interrupted run left: each folder is then the old or the new one. */
export function recoverFolders(parent: string): void {
  if (!isThere(parent)) {
    return;
  }
  for (const temporary of temporaryFoldersIn(parent)) {
    const folder = join(parent, temporary.replace(TEMPORARY, '$1'));
    const { next, old } = temporaryFolders(folder);
    // `replaceFolder` renames the old folder only after the new one is complete.
    if (isThere(old) && !isThere(folder)) {
      renameSync(isThere(next) ? next : old, folder);
    }
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
  syncFolder(parent);
}

/** Names of the folders that an interrupted `replaceFolder` left. */
export function temporaryFoldersIn(parent: string): string[] {
  return isThere(parent) ? readdirSync(parent).filter(name => TEMPORARY.test(name)) : [];
}

function temporaryFolders(folder: string): { readonly next: string; readonly old: string } {
  const parent = dirname(folder);
  const name = basename(folder);
  return { next: join(parent, `.${name}.next`), old: join(parent, `.${name}.old`) };
}

/** Flushes the entries of a folder to the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
