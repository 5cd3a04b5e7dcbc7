import { readdirSync, readFileSync, statSync } from 'fs';
import { join } from 'path';
import { SourceFile, SourceFolder } from './source';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { withFileErrors } from '../files/file-errors';
import { isDnsLabel } from '../names';

/** Largest file that is read. The ConfigMap of a resolver with thousands of names is smaller. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Folder as a user names it on the command line: `dist`, or `cluster1=manifests/team` for the manifests of one cluster. */
export interface FolderArgument {
  readonly path: string;
  readonly cluster?: string;
}

/**
 * Reads the folder that an argument of the command line names.
 * @throws MESH085 for something else than a folder, MESH055 when the system refuses to read
 */
export function folderArgument(text: string): FolderArgument {
  const [, cluster, path] = /^([^=/]+)=(.+)$/s.exec(text) ?? [];
  if (cluster === undefined) {
    return { path: text };
  }
  if (!isDnsLabel(cluster)) {
    throw folderError(text, 'the name before "=" is no name of a cluster', 'write CLUSTER=FOLDER, such as cluster1=manifests/team');
  }
  return { cluster, path };
}

/**
 * Reads every file of a folder that can hold manifests or facts of a mesh: YAML, the catalogs and the record of written files; and files
 * that can hold keys. Links and names that begin with a dot are passed over.
 * @throws MESH085 for something else than a folder, MESH055 when the system refuses to read
 */
export function readFolder({ path, cluster }: FolderArgument): SourceFolder {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) {
    throw folderError(path, 'no folder is at this path', 'name the output folder of a synth, such as dist; run the synth before');
  }
  return { path, cluster, files: withFileErrors(path, () => filesBelow(path, '')) };
}

/** Whether a file can hold manifests or facts of a mesh, or a key that does not belong into the folder. */
export function isRead(name: string): boolean {
  const isHidden = name.split('/').some(part => part.startsWith('.'));
  return !isHidden && /\.(ya?ml|json|pem|key|txt|env)$/.test(name);
}

/** Whether a file holds manifests, by its name. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Whether a file is a catalog, by its name: `mesh-catalog.json`, or `mesh-catalog.<mesh>.json` where an app has several meshes. */
export function isCatalog(name: string): boolean {
  return /^mesh-catalog(\.[a-z0-9-]+)?\.json$/.test(name);
}

/** An error about a folder that was named on the command line. */
export function folderError(where: string, what: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.NO_MESH_FOLDER, where, what, fix });
}

function filesBelow(root: string, folder: string): SourceFile[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(entry => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : filesBelow(root, name);
    }
    return entry.isFile() && isRead(name) ? [fileAt(root, name)] : [];
  });
}

function fileAt(root: string, name: string): SourceFile {
  const path = join(root, name);
  const { size } = statSync(path);
  if (size > MAX_BYTES) {
    throw folderError(path, `the file has ${size} bytes, at most ${MAX_BYTES} are read`, 'move the file out of the folder');
  }
  return { path, name, text: readFileSync(path, 'utf8') };
}
