import { statSync } from 'fs';
import { Change, diffOf } from './changes';
import { diffJson, diffMarkdown, diffText, diffYaml } from './diff-text';
import { readGitFolder } from './git-folder';
import { rootChanges } from './root-changes';
import { MeshErrors } from '../../errors/mesh-error';
import { unreadableProblem } from '../../written/finding';
import { meshIn } from '../../written/mesh';
import { folderArgument, folderError, readFolder } from '../../written/read-folder';
import type { SourceFolder } from '../../written/source';
import { colours } from '../terminal';

/** Options of `diff`. */
export interface DiffOptions {
  readonly folders: string[];
  /** Commit or folder that the folders are compared with. */
  readonly against: string;
  readonly output: string;
  /** Folder of `istio-mesh ca`, which is compared with that of a commit where it exists. */
  readonly pki: string;
  /** Whether the text of the files is compared instead of their meaning. */
  readonly yaml?: boolean;
}

/**
 * Prints how folders differ from those of a commit or from another folder, and returns the exit code: 1 where they do.
 * @throws MESH085 for a folder that cannot be read, MESH086 for a file whose meaning is unknown, MESH091 for something else than a commit
 */
export function diff({ folders, against, output, pki, yaml }: DiffOptions): number {
  const after = folders.map(folder => readFolder(folderArgument(folder)));
  const before = previous(folders, against);
  if (yaml) {
    const patch = diffYaml(before, after);
    console.log(patch === '' ? 'no differences' : patch);
    return patch === '' ? 0 : 1;
  }
  const meshes = [before, after].map(meshIn);
  const unreadable = meshes.flatMap(mesh => mesh.unreadable.map(unreadableProblem));
  if (unreadable.length > 0) {
    throw new MeshErrors(unreadable);
  }
  const found = diffOf(meshes[0], meshes[1], rootChangesSince(against, pki));
  const texts: { readonly [output: string]: () => string } = {
    text: () => diffText(found, colours()),
    markdown: () => diffMarkdown(found),
    json: () => JSON.stringify(diffJson(found), null, 2),
  };
  console.log(texts[output]());
  return found.changes.length + found.objects.length > 0 ? 1 : 0;
}

/** Changes of roots and CAs since a commit; none for another folder, which has no pki/ folder. */
function rootChangesSince(against: string, pki: string): Change[] {
  const hasBoth = isFolder(pki) && !isFolder(against);
  return hasBoth ? rootChanges(readGitFolder({ path: pki }, against), readFolder({ path: pki })) : [];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The folders as they are in a commit, or another folder under the name of the first one. */
function previous(folders: string[], against: string): SourceFolder[] {
  if (!isFolder(against)) {
    return folders.map(folder => readGitFolder(folderArgument(folder), against));
  }
  if (folders.length > 1) {
    throw folderError(against, 'several folders cannot be compared with one', 'name one folder, or a commit after --against');
  }
  const { path, cluster } = folderArgument(folders[0]);
  return [{ ...readFolder({ path: against, cluster }), path }];
}
