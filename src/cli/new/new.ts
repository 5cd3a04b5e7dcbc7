import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { Library, publishedLibrary, tarballLibrary } from './library';
import { templateFiles } from './template';
import { MeshErrors, problemsOf } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { printable } from '../../errors/printable';
import { Problem } from '../../errors/problem';
import { withFileErrors } from '../../files/file-errors';
import { entriesOf, isThere } from '../../files/read';
import { isDnsLabel } from '../../names';

/** Folder of Git, which an empty clone holds. */
const GIT = '.git';

/** Entries of a folder that an error names. */
const SHOWN_ENTRIES = 5;

/**
 * Writes a GitOps repository into a folder that does not exist or is empty, and prints the next steps. No file is written when there is a
 * problem, and no file that exists is changed.
 * @param tarball tarball of this package for the new repository, instead of the version in the registry
 * @throws MESH001 for a name that npm does not accept, MESH110 for a folder that is not empty, MESH111 for another tarball, MESH112 for an
 * unpublished version without a tarball, MESH055 when the system refuses to read or write
 */
export function newRepository(folder: string, tarball?: string): void {
  const path = resolve(folder);
  const name = basename(path);
  const problems: Problem[] = [];
  const collected = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push(...problemsOf(error));
      return undefined;
    }
  };
  problems.push(...nameProblems(name));
  collected(() => problems.push(...folderProblems(folder)));
  const library = collected(() => tarball === undefined ? publishedLibrary() : tarballLibrary(tarball));
  if (library === undefined || problems.length > 0) {
    throw new MeshErrors(problems);
  }
  const files = templateFiles(name, library);
  withFileErrors(folder, () => write(path, files, library));
  console.log(nextSteps(folder, files.size + (library.tarball === undefined ? 0 : 1)));
}

function nameProblems(name: string): Problem[] {
  return isDnsLabel(name) ? [] : [{
    code: MeshErrorCode.INVALID_NAME,
    where: 'istio-mesh new',
    what: 'the name of the folder cannot be that of a package',
    got: name,
    expected: 'lower-case letters, digits and "-", starting and ending with a letter or digit, 63 characters at most',
    fix: 'name a folder such as mesh',
  }];
}

function folderProblems(folder: string): Problem[] {
  const found = entriesOf(folder).map(entry => entry.name).filter(entry => entry !== GIT).sort();
  const more = found.length > SHOWN_ENTRIES ? ` and ${found.length - SHOWN_ENTRIES} more` : '';
  return found.length === 0 ? [] : [{
    code: MeshErrorCode.FOLDER_NOT_EMPTY,
    where: folder,
    what: 'the folder is not empty',
    got: found.slice(0, SHOWN_ENTRIES).join(', ') + more,
    expected: 'a folder that does not exist, or holds nothing but .git',
    fix: 'name another folder, and copy what you need from it',
  }];
}

/** Writes the files, or none of them: after an error, those that were written are removed. */
function write(path: string, files: ReadonlyMap<string, string>, { tarball }: Library): void {
  const written: string[] = [];
  const first = mkdirSync(path, { recursive: true });
  try {
    for (const [file, text] of files) {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      // A file that another program made in between is not replaced.
      writeFileSync(target, text, { flag: 'wx' });
      written.push(file);
    }
    if (tarball !== undefined) {
      mkdirSync(dirname(join(path, tarball.file)), { recursive: true });
      copyFileSync(tarball.source, join(path, tarball.file));
    }
  } catch (error) {
    if (first !== undefined) {
      rmSync(first, { recursive: true, force: true });
    } else {
      written.forEach(file => rmSync(join(path, file), { force: true }));
    }
    throw error;
  }
}

function nextSteps(folder: string, count: number): string {
  const isHere = resolve(folder) === process.cwd();
  const steps = [
    ...isHere ? [] : [`cd ${printable(folder)}`],
    ...isThere(join(folder, GIT)) ? [] : ['git init --initial-branch main'],
    'npm install',
    'npm start       # writes dist/, with a folder for each cluster',
    'npm test        # compiles, and compares dist/ with what the program writes',
  ];
  return [
    `wrote ${count} files to ${printable(folder)}`,
    '',
    'Next:',
    ...steps.map(step => `  ${step}`),
    '',
    'README.md of the new repository says how to go on.',
  ].join('\n');
}
