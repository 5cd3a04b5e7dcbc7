import { randomUUID } from 'crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'fs';
import { hostname } from 'os';
import { basename, dirname, join } from 'path';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isRunning } from '../../output/staging';

/** Writes a file so that it is there whole or not at all, after a loss of power too. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, 'wx', mode);
  try {
    // All of it: a single write may stop short.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  syncFolder(dirname(path));
}

/** Gives a file another name. */
export function renameWhole(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/**
 * Replaces a folder by one with these files, in one step as far as anybody can see: the new folder is complete before the
 * old one moves aside, and `recover` finishes what was cut off between the two renames.
 */
export function replaceFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const { next, old } = besides(folder);
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  files.forEach((text, name) => writeWhole(join(next, name), text));
  if (existsSync(folder)) {
    renameSync(folder, old);
  }
  renameSync(next, folder);
  syncFolder(dirname(folder));
  rmSync(old, { recursive: true, force: true });
}

/** Finishes or takes back what a run left that was ended in the middle: after it each folder is the old or the new one. */
export function recover(parent: string): void {
  if (!existsSync(parent)) {
    return;
  }
  for (const name of readdirSync(parent)) {
    const of = /^\.(.+)\.(?:next|old)$/.exec(name)?.[1];
    if (of === undefined) {
      continue;
    }
    const folder = join(parent, of);
    const { next, old } = besides(folder);
    // Only a complete new folder makes the old one move aside.
    if (existsSync(old) && !existsSync(folder)) {
      renameSync(existsSync(next) ? next : old, folder);
    }
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
  syncFolder(parent);
}

/** Removes what runs that were ended left of files that were not in place yet. */
export function removeUnfinished(folder: string): void {
  if (!existsSync(folder)) {
    return;
  }
  for (const name of readdirSync(folder)) {
    const holder = Number(/^\.lock-(\d+)$/.exec(name)?.[1]);
    if (name.endsWith('.unfinished') || (holder && holder !== process.pid && !isRunning(holder))) {
      rmSync(join(folder, name));
    }
  }
}

/**
 * Does some work while no other run changes the folder.
 * @throws MESH030 when another run does
 */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, '.lock');
  const mine = `${hostname()} ${process.pid} ${randomUUID()}`;
  const own = join(folder, `.lock-${process.pid}`);
  writeFileSync(own, mine);
  try {
    if (!taken(own, lock)) {
      giveUpStale(folder, lock);
      if (!taken(own, lock)) {
        throw busy(lock, textOf(lock));
      }
    }
  } finally {
    unlinkSync(own);
  }
  try {
    return await work();
  } finally {
    if (textOf(lock) === mine) {
      rmSync(lock);
    }
  }
}

/** Takes the lock unless it is there: a link is made or not, with nothing in between. */
function taken(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Removes the lock of a run that has ended without giving it back: one of this host whose process is gone. */
function giveUpStale(folder: string, lock: string): void {
  const held = textOf(lock);
  const [host, pid] = (held ?? '').split(' ');
  if (held === undefined || host !== hostname() || Number(pid) === process.pid || isRunning(Number(pid))) {
    return;
  }
  // Taken aside first: should another run have replaced it meanwhile, it is that one's and is put back.
  const aside = join(folder, `.lock-stale-${randomUUID()}`);
  renameSync(lock, aside);
  if (textOf(aside) !== held) {
    linkSync(aside, lock);
  }
  unlinkSync(aside);
}

function besides(folder: string): { next: string; old: string } {
  const [parent, name] = [dirname(folder), basename(folder)];
  return { next: join(parent, `.${name}.next`), old: join(parent, `.${name}.old`) };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function busy(lock: string, holder = 'an unknown process'): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI, where: lock, what: 'another run works in the folder', got: holder.split(' ').slice(0, 2).join(', process '), expected: 'one run at a time', fix: 'wait for it; if no such process is istio-mesh, remove the file',
  });
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
