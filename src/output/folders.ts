import { App, Chart, Names } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Mark } from '../objects/mark';

/** Folder of install values in the output. It is outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** Folders of the output that a cluster, or a chart of the user, cannot have. */
export const RESERVED_FOLDERS = [INSTALL_FOLDER, 'argocd', 'flux', 'cleanup'];

const FOLDER = new Mark<string>('Folder');

/** A chart that is no cluster: its objects are for an engine or a person. Its folder can be inside another folder of the output. */
export class FolderChart extends Chart {
  /**
   * Returns the chart of a folder. It is created unless it exists and several clusters share it.
   * @throws MESH006 when a chart or cluster of that name exists
   */
  public static at(app: App, path: string, shared: boolean): FolderChart {
    // The name of a cluster has no dot.
    const id = path.replace(/\//g, '.');
    const existing = app.node.tryFindChild(id);
    if (existing === undefined) {
      return new FolderChart(app, id, path);
    }
    if (shared && isFolderChart(existing)) {
      return existing;
    }
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE,
      where: `folder ${path}`,
      what: 'a cluster or chart of this name exists',
      got: id,
      fix: 'give the cluster or chart another name',
      path: existing.node.path,
    });
  }

  /** Texts that are written beside the objects, by file name. */
  public readonly texts = new Map<string, () => string>();

  private constructor(app: App, id: string, path: string) {
    super(app, id);
    FOLDER.set(this, path);
  }
}

/** Returns the folder of the output that the objects of a chart are written to. */
export function folderOf(chart: Chart): string {
  return FOLDER.of(chart) ?? Names.toDnsLabel(chart);
}

/** Whether a chart is for an engine or a person, not for a cluster. */
export function isFolderChart(chart: unknown): chart is FolderChart {
  return FOLDER.isOn(chart);
}
