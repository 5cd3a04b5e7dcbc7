import { execFileSync } from 'child_process';
import { join } from 'path';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { FolderArgument, isRead } from '../../written/read-folder';
import type { SourceFolder } from '../../written/source';

/** Name of a commit. It never begins with "-", so Git cannot take it for an option. */
const REF = /^[A-Za-z0-9@][A-Za-z0-9@._/{}^~+-]{0,250}$/;

const MAX_BUFFER = 1024 * 1024 * 1024;

/** A file of a commit: the id of its content, and its path within the folder. */
interface ListedFile {
  readonly id: string;
  readonly name: string;
}

/**
 * Reads a folder as it is in a commit. Nothing is checked out, and no hook or filter of the repository runs.
 * @throws MESH091 for something else than a commit, or where Git cannot read
 */
export function readGitFolder({ path, cluster }: FolderArgument, ref: string): SourceFolder {
  if (!REF.test(ref)) {
    throw gitError(path, 'this is no name of a commit', ref);
  }
  const commit = git(path, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], ref).toString().trim();
  const prefix = git(path, ['rev-parse', '--show-prefix'], ref).toString().replace(/\n$/, '');
  const tree = git(path, ['ls-tree', '-r', '-z', '--full-tree', commit, '--', prefix === '' ? '.' : prefix], ref).toString();
  const listed = tree.split('\0').flatMap(line => {
    const [, id, file] = /^100(?:644|755) blob ([0-9a-f]{40,64})\t(.*)$/s.exec(line) ?? [];
    const name = file?.slice(prefix.length);
    return id !== undefined && isRead(name) ? [{ id, name }] : [];
  });
  const texts = contentsOf(path, listed, ref);
  return { path, cluster, files: listed.map(({ name }, i) => ({ name, path: join(path, name), text: texts[i] })) };
}

/** The contents of files by one process of Git. Each has a line with its size before it, and a line break after it. */
function contentsOf(folder: string, files: ListedFile[], ref: string): string[] {
  const output = git(folder, ['cat-file', '--batch'], ref, files.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  return files.map(() => {
    const end = output.indexOf('\n', at);
    const size = Number(output.subarray(at, end).toString().split(' ')[2]);
    at = end + 1 + size + 1;
    return output.subarray(end + 1, end + 1 + size).toString('utf8');
  });
}

function git(folder: string, args: string[], ref: string, input = ''): Buffer {
  try {
    return execFileSync('git', ['-C', folder, ...args], {
      input, maxBuffer: MAX_BUFFER, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: Buffer };
    const what = code === 'ENOENT' ? 'git is not installed' : stderr?.toString().trim().split('\n')[0] || 'Git knows no such commit';
    throw gitError(folder, what, ref);
  }
}

function gitError(where: string, what: string, got: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.GIT,
    where,
    what,
    got,
    expected: 'a branch, tag or commit of the repository that holds the folder, or another folder',
    fix: 'name a commit such as HEAD or origin/main; in CI, fetch it before',
  });
}
