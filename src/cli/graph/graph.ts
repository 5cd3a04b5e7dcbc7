import { html } from './html';
import { mermaid } from './mermaid';
import type { GraphModel } from './model';
import { orderOf } from './order';
import { readModel } from './read-model';
import { svg } from './svg';
import { meshIn, WrittenMesh } from '../../written/mesh';
import { folderArgument, readFolder } from '../../written/read-folder';

/** Options of `graph`. */
export interface GraphOptions {
  readonly folders: string[];
  readonly output: string;
  /** Folder of `istio-mesh ca`. */
  readonly pki: string;
}

/**
 * Prints a drawing of the mesh: clusters, the services that they export, and which namespaces import them by which path.
 * @throws MESH085 for a folder that cannot be read
 */
export function graph({ folders, output, pki }: GraphOptions): number {
  const mesh = meshIn(folders.map(folder => readFolder(folderArgument(folder))));
  const texts: { readonly [output: string]: () => string } = {
    mermaid: () => mermaid(mesh),
    svg: () => svg(modelOf(mesh, pki)),
    html: () => html(modelOf(mesh, pki)),
  };
  console.log(texts[output]());
  return 0;
}

/** What drawings are made from. */
export function modelOf(mesh: WrittenMesh, pki: string): GraphModel {
  const model = { ...readModel(mesh, pki), order: [] };
  return { ...model, order: orderOf(model) };
}
