import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { LockOwner } from './lock-owner';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Folder in a locked folder. It holds one folder, which has the name of the owner. A lock therefore appears and disappears
 * together with the name of its owner, and only the removal of that name releases it.
 */
const LOCK = '.mesh-lock';

/** Text of a .gitignore for a folder of which Git ignores every file. */
export const IGNORE_EVERYTHING = '*\n';

/** Milliseconds without a write after which the lock of another host or container counts as abandoned. */
const ABANDONED_AFTER = 5 * 60 * 1000;

/** How often the lock is tried when its owner releases it at the same moment. */
const TRIES = 10;

/**
 * Runs some work while no other run changes the folder, which must exist. The lock of a run that was killed is taken over.
 * @param work receives a new folder that only this run uses. It is removed after the work, and Git ignores it.
 * @throws MESH054 if another run holds the lock
 */
export function withFolderLock<T>(folder: string, work: (own: string) => T): T {
  const self = LockOwner.self().name;
  const lock = join(folder, LOCK);
  acquire(folder, lock, self);
  try {
    removeAbandonedClaims(folder, lock);
    return work(join(lock, self));
  } finally {
    rmSync(join(lock, self), { recursive: true, force: true });
    removeIfEmpty(lock);
  }
}

/** Whether a run was killed in the folder, or writes to it. */
export function hasLock(folder: string): boolean {
  return namesIn(folder).some(name => name.startsWith(LOCK));
}

/** Acquires the lock by a rename, which fails while the folder of the lock holds the name of an owner. */
function acquire(folder: string, lock: string, self: string): void {
  const claim = join(folder, `${LOCK}.${self}`);
  mkdirSync(join(claim, self), { recursive: true });
  try {
    // A lock that a killed run leaves is no file that Git adds.
    writeFileSync(join(claim, self, '.gitignore'), IGNORE_EVERYTHING);
    for (let i = 1; !tryAcquire(claim, lock, i === TRIES); i++) {
      refuseUnlessFree(lock);
    }
  } catch (error) {
    rmSync(claim, { recursive: true, force: true });
    throw error;
  }
}

function tryAcquire(claim: string, lock: string, isLast: boolean): boolean {
  removeAbandoned(lock, claim);
  // On Windows, no folder can be renamed to the name of an empty one.
  removeIfEmpty(lock);
  try {
    renameSync(claim, lock);
    return true;
  } catch (error) {
    if (isLast) {
      throw error;
    }
    return false;
  }
}

/** Removes the names of owners that no longer run. A name is never given twice, so no lock of a running owner is removed. */
function removeAbandoned(lock: string, claim: string): void {
  if (lstatSync(lock, { throwIfNoEntry: false })?.isDirectory()) {
    namesIn(lock).map(LockOwner.parse).filter(owner => owner !== undefined && isAbandoned(owner, join(lock, owner.name), claim))
      .forEach(owner => rmSync(join(lock, owner!.name), { recursive: true, force: true }));
  }
}

/**
 * Whether an owner no longer runs. Whether a process of another host runs cannot be asked, but each write changes the time of the
 * owner's folder. The time of a new file is the current time by the clock of the same file system.
 */
function isAbandoned(owner: LockOwner, path: string, newFile: string): boolean {
  if (owner.isHere) {
    return !owner.isRunning;
  }
  const written = statSync(path, { throwIfNoEntry: false });
  return written === undefined || statSync(newFile).mtimeMs - written.mtimeMs > ABANDONED_AFTER;
}

/** Throws when the lock has an owner, or is something else than a lock. */
function refuseUnlessFree(lock: string): void {
  const existing = lstatSync(lock, { throwIfNoEntry: false });
  if (existing === undefined) {
    return;
  }
  const names = existing.isDirectory() ? namesIn(lock) : [LOCK];
  if (names.length > 0) {
    const owner = LockOwner.parse(names[0]);
    throw new MeshError({
      code: MeshErrorCode.FOLDER_IN_USE,
      where: lock,
      what: 'another run is writing to the folder',
      got: owner?.description ?? names[0],
      expected: 'one run at a time',
      fix: 'run again when it has ended; if nothing writes to the folder, remove the lock',
    });
  }
}

/** Removes the claims of runs that were killed before they had the lock. */
function removeAbandonedClaims(folder: string, lock: string): void {
  for (const name of namesIn(folder).filter(entry => entry.startsWith(`${LOCK}.`))) {
    const owner = LockOwner.parse(name.slice(LOCK.length + 1));
    if (owner && isAbandoned(owner, join(folder, name), lock)) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
