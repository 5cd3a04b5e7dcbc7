import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'fs';
import { hostname } from 'os';
import { join } from 'path';
import type { Environment } from './environment';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isRunning } from '../../output/lock-owner';

/**
 * Runs some work while no other run of the command changes the folder. A folder that did not exist before, and that the work
 * leaves empty, is removed again.
 * @throws MESH030 if another run holds the lock of the folder
 */
export async function withFolderLock<T>(folder: string, environment: Environment, work: () => Promise<T>): Promise<T> {
  const isNew = mkdirSync(folder, { recursive: true }) !== undefined;
  try {
    return await whileLocked(folder, environment, work);
  } finally {
    if (isNew && readdirSync(folder).length === 0) {
      rmdirSync(folder);
    }
  }
}

async function whileLocked<T>(folder: string, environment: Environment, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, '.lock');
  const claim = join(folder, `.lock-${process.pid}`);
  const owner = `${hostname()} ${process.pid} ${randomToken(environment)}`;
  writeFileSync(claim, owner);
  try {
    if (!acquire(claim, lock)) {
      removeStaleLock(folder, lock, environment);
      if (!acquire(claim, lock)) {
        throw lockedByOther(lock, textOf(lock));
      }
    }
  } finally {
    unlinkSync(claim);
  }
  try {
    removeAbandonedClaims(folder);
    return await work();
  } finally {
    if (textOf(lock) === owner) {
      rmSync(lock);
    }
  }
}

/** Acquires the lock unless it is held. Creating a link is atomic: it fails if the lock exists. */
function acquire(claim: string, lock: string): boolean {
  try {
    linkSync(claim, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Removes the lock of a process of this host that ended without releasing it. */
function removeStaleLock(folder: string, lock: string, environment: Environment): void {
  const stale = textOf(lock);
  if (stale === undefined || !isAbandoned(stale)) {
    return;
  }
  // Between reading and renaming, another run may have replaced the lock. Its lock is then put back.
  const aside = join(folder, `.lock-stale-${randomToken(environment)}`);
  renameSync(lock, aside);
  if (textOf(aside) !== stale) {
    linkSync(aside, lock);
  }
  unlinkSync(aside);
}

function isAbandoned(owner: string): boolean {
  const [host, pid] = owner.split(' ');
  return host === hostname() && Number(pid) !== process.pid && !isRunning(Number(pid));
}

/** Removes the claims of processes that ended while they acquired the lock. */
function removeAbandonedClaims(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\.lock-(\d+)$/.exec(name)?.[1]);
    if (pid && pid !== process.pid && !isRunning(pid)) {
      rmSync(join(folder, name));
    }
  }
}

function randomToken(environment: Environment): string {
  return environment.randomBytes(16).toString('hex');
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function lockedByOther(lock: string, owner: string | undefined): MeshError {
  const [host, pid] = (owner ?? '').split(' ');
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: lock,
    what: 'another run of istio-mesh ca is changing the folder',
    got: pid === undefined ? undefined : `process ${pid} of host ${host}`,
    fix: 'wait until it ends; if that process is not istio-mesh, remove this file',
  });
}
