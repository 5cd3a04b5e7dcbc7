import { types } from 'util';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** What is wrong and what to change, by the code of the system's error. */
const REASONS: { readonly [code: string]: { readonly what: string; readonly fix: string } } = {
  ENOENT: { what: 'no file or folder is at this path', fix: 'correct the path' },
  ENOTDIR: { what: 'a file is where a folder belongs', fix: 'correct the path, or move the file away' },
  EISDIR: { what: 'a folder is where a file belongs', fix: 'correct the path, or move the folder away' },
  EEXIST: { what: 'a file is where a folder belongs', fix: 'correct the path, or move the file away' },
  EACCES: { what: 'the user has no permission', fix: 'correct the path, or give the user permission' },
  EPERM: { what: 'the user has no permission', fix: 'correct the path, or give the user permission' },
  EROFS: { what: 'the file system is read-only', fix: 'name a path in another file system' },
  ELOOP: { what: 'the links at this path lead in a circle', fix: 'remove the links' },
  ENAMETOOLONG: { what: 'the path is too long', fix: 'name a shorter path' },
  ENOSPC: { what: 'no space is left', fix: 'make space, and run again' },
  EDQUOT: { what: 'the quota of the user is used up', fix: 'make space, and run again' },
  ERR_INVALID_ARG_VALUE: { what: 'the path holds a NUL character', fix: 'correct the path' },
};

const OTHER = { what: 'the system reports an error', fix: 'look up the code of the error' };

/**
 * Runs some work that reads or writes files.
 * @param where path, call or option that names the files
 * @throws MESH055 instead of an error of the system
 */
export function withFileErrors<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSystemError(error) ? fileError(where, error) : error;
  }
}

/** Whether something that was thrown is an error of the system, or of Node for a path that no system accepts. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
  return types.isNativeError(error) && typeof code === 'string' && (syscall !== undefined || code === 'ERR_INVALID_ARG_VALUE');
}

/** Returns the error of this library for an error of the system. */
export function fileError(where: string, { code, path }: NodeJS.ErrnoException & { readonly code: string }): MeshError {
  const { what, fix } = REASONS[code] ?? OTHER;
  return new MeshError({
    code: MeshErrorCode.FILE_ACCESS,
    where,
    what,
    got: path === undefined || path === where ? code : `${code} at ${path}`,
    fix,
  });
}
