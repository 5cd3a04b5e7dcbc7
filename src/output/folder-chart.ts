import { App, Chart, Names } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Mark } from '../objects/mark';

const FOLDER = new Mark<string>('Folder');

/** A chart that is no cluster: its objects are for an engine or a person, in a folder of the output that may lie within another. */
export class FolderChart extends Chart {
  /** The chart of a folder, made when there is none yet; throws when something else has its name. */
  public static at(app: App, path: string, shared: boolean): FolderChart {
    // No name of a cluster has a dot.
    const id = path.replace(/\//g, '.');
    const there = app.node.tryFindChild(id);
    if (there === undefined) {
      return new FolderChart(app, id, path);
    }
    if (shared && isFolderChart(there)) {
      return there;
    }
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE, where: `folder ${path}`, what: 'a cluster or chart of this name exists', got: id, expected: 'a name of its own, since it names a folder', fix: 'give the cluster or chart another name',
    });
  }

  /** What stands beside the objects, in files by their names. */
  public readonly texts = new Map<string, () => string>();

  private constructor(app: App, id: string, path: string) {
    super(app, id);
    FOLDER.set(this, path);
  }
}

/** Where the objects of a chart are written, within the output. */
export function folderOf(chart: Chart): string {
  return FOLDER.of(chart) ?? Names.toDnsLabel(chart);
}

/** Whether a chart is for an engine or a person, not for a cluster. */
export function isFolderChart(chart: unknown): chart is FolderChart {
  return FOLDER.isOn(chart);
}
