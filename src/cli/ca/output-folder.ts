import { join } from 'path';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { FolderRelation, folderRelation, foldersOnTheWay } from '../../files/folder-relation';
import { isThere } from '../../files/read';
import { ownedFiles, RECORD } from '../../output/owned-files';

/**
 * Refuses a pki/ folder that is an output folder of a synth, or one of the folders that a synth writes in it.
 * @throws MESH030 for such a folder
 */
export function refuseOutputFolder(pki: string): void {
  const written = foldersOnTheWay(pki).filter(folder => isThere(join(folder, RECORD))).find(folder => sharesFiles(pki, folder));
  if (written === undefined) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.PKI,
    where: pki,
    what: 'the folder holds files that a synth writes',
    got: join(written, RECORD),
    expected: 'a folder of its own for certificates and keys',
    fix: "name another folder by --dir, such as 'pki'",
  });
}

function sharesFiles(pki: string, outdir: string): boolean {
  const folders = new Set([...ownedFiles(outdir)].filter(path => path.includes('/')).map(path => join(outdir, path.split('/')[0])));
  return folderRelation(pki, outdir) === FolderRelation.SAME
    || [...folders].some(folder => folderRelation(pki, folder) !== FolderRelation.APART);
}
