import { join } from 'path';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { FolderRelation, folderRelation } from '../files/folder-relation';
import type { OutputFiles } from '../output/output-files';
import { ROOT } from '../output/paths';

/** Folders that the deliveries of an app name. */
export interface DeliveryFolders {
  /** Folders of secrets in the clear. */
  readonly plain: string[];
  /** Folders of `istio-mesh ca`. */
  readonly pki: string[];
}

/**
 * Refuses folders that share files, whatever their paths look like: each writer would delete the files of the other, and Git would
 * see keys or ignore certificates. A pki/ folder can be in the output folder, beside the folders that a synth writes.
 * @throws MESH033 for such folders
 */
export function refuseSharedFolders(outdir: string, output: OutputFiles, { plain, pki }: DeliveryFolders): void {
  for (const secrets of plain) {
    refuseUnless([FolderRelation.APART], secrets, outdir, {
      what: 'secrets in the clear would stand in or around the output folder',
      fix: "leave outdir of MeshTrust.plain out, or name a folder such as 'plain-secrets'",
    });
    pki.forEach(folder => refuseUnless([FolderRelation.APART], secrets, folder, {
      what: 'secrets in the clear would stand in or around a pki/ folder, of which Git must not ignore the certificates',
      fix: "leave outdir of MeshTrust.plain out, or name a folder such as 'plain-secrets'",
    }));
    plain.forEach(other => refuseUnless([FolderRelation.APART, FolderRelation.SAME], secrets, other, {
      what: 'secrets in the clear would stand in another folder of such secrets',
      fix: 'name one folder for all clusters, or folders beside each other',
    }));
  }
  for (const folder of pki) {
    const fix = "name another outdir of MeshApp, such as 'dist'";
    refuseUnless([FolderRelation.APART, FolderRelation.AROUND], outdir, folder, {
      what: 'the output folder would stand in a pki/ folder', fix,
    });
    foldersIn(output).forEach(name => refuseUnless([FolderRelation.APART], join(outdir, name), folder, {
      what: 'a folder of the output and a pki/ folder would share files', fix,
    }));
  }
}

/** The folders in the output folder. */
function foldersIn({ folders }: OutputFiles): Set<string> {
  return new Set([...folders.keys()].filter(folder => folder !== ROOT).map(folder => folder.split('/')[0]));
}

function refuseUnless(accepted: FolderRelation[], folder: string, other: string, { what, fix }: { what: string; fix: string }): void {
  const relation = folderRelation(folder, other);
  if (accepted.includes(relation)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.DELIVERY,
    where: 'MeshApp.synth',
    what,
    got: relation === FolderRelation.SAME ? `${folder} is the folder ${other}` : `${folder} is ${relation} ${other}`,
    expected: `a folder apart from ${other}`,
    fix,
  });
}
