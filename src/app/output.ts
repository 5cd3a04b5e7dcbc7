import { ApiObject, Chart, Names } from 'cdk8s';
import { IConstruct } from 'constructs';
import { hasHeaders, ObjectFiles } from './object-files';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { MeshCluster } from '../mesh/cluster';
import { Mesh } from '../mesh/mesh';
import { headerLine } from '../output/comments';
import type { NamedObject } from '../output/file-name';
import { INSTALL_FOLDER, RESERVED_FOLDERS } from '../output/folder-names';
import { folderOf, isFolderChart } from '../output/folders';
import { OutputFiles } from '../output/output-files';
import { ROOT } from '../output/paths';
import { toYaml } from '../output/yaml';

/**
 * Returns the files of an app: for each chart a folder with a file for each object and a listing for kustomize, for each cluster
 * install values, and for each mesh a catalog.
 * @throws MESH031 when an object holds a private key, MESH016 when two objects of a folder would have the same file,
 * MESH006 when a chart would have a folder that this library writes
 */
export function outputOf(nodes: IConstruct[]): OutputFiles {
  const output = new AppOutput();
  objectsByChart(nodes).forEach((objects, chart) => output.addChart(chart, objects));
  output.refusePrivateKeys();
  nodes.filter((node): node is Mesh => node instanceof Mesh).forEach((mesh, _, { length }) => {
    const name = length === 1 ? 'mesh-catalog.json' : `mesh-catalog.${Names.toDnsLabel(mesh)}.json`;
    output.files.set(ROOT, name, mesh._catalogText);
  });
  return output.files;
}

/** Returns the objects of each chart. An object in a nested chart belongs to the nested chart only. */
function objectsByChart(nodes: IConstruct[]): Map<Chart, ApiObject[]> {
  const charts = new Map<Chart, ApiObject[]>(nodes.filter(Chart.isChart).map(chart => [chart, []]));
  for (const node of nodes) {
    if (ApiObject.isApiObject(node)) {
      charts.get(node.chart)?.push(node);
    }
  }
  return charts;
}

/** The files of an app. */
class AppOutput {
  public readonly files = new OutputFiles();
  private readonly objects = new ObjectFiles();

  /** Adds the files of a chart. */
  public addChart(chart: Chart, objects: ApiObject[]): void {
    const folder = folderOf(chart);
    if (objects.length > 0 && !isFolderChart(chart) && RESERVED_FOLDERS.includes(folder)) {
      throw reservedFolder(chart, folder);
    }
    const names = objects.map(object => this.addObject(folder, object));
    if (names.length > 0 || isReadByEngine(chart)) {
      this.files.set(folder, 'kustomization.yml', headerOf(chart, `the chart ${chart.node.path}`) + kustomization(names));
    }
    if (MeshCluster.isMeshCluster(chart)) {
      for (const { name, content } of chart._files) {
        const text = toYaml(content, { sortKeys: false });
        this.files.set(`${INSTALL_FOLDER}/${folder}`, name, headerOf(chart, `the cluster ${folder}`) + text);
      }
    }
    if (isFolderChart(chart)) {
      chart.texts.forEach((text, name) => this.files.set(folder, name, text()));
    }
  }

  /** Throws when an object that was added holds a private key. */
  public refusePrivateKeys(): void {
    if (this.objects.privateKeys.length > 0) {
      throw new MeshErrors(this.objects.privateKeys);
    }
  }

  /** Adds the file of an object, and returns its name. */
  private addObject(folder: string, object: ApiObject): string {
    const { name, text } = this.objects.fileOf(object);
    if (this.files.folders.get(folder)?.has(name)) {
      throw sameFile(object, `${folder}/${name}`);
    }
    this.files.set(folder, name, text);
    return name;
  }
}

/** The first line of a file of a chart; none in folders with the guide to the letter. */
function headerOf(chart: Chart, source: string): string {
  return hasHeaders(chart) ? headerLine(source) : '';
}

/**
 * Whether an engine reads the folder of a chart. Such a folder needs a listing even when it holds no object: an engine prunes
 * objects that leave a folder, and fails when the folder itself does not exist.
 */
function isReadByEngine(chart: Chart): boolean {
  return isFolderChart(chart) ? chart.texts.size === 0 : MeshCluster.isMeshCluster(chart) && chart.gitOps !== undefined;
}

/**
 * Returns the listing of a folder for kustomize, `kubectl apply -k` and Argo CD. Its name ends in ".yml", since
 * `cdk8s synth --stdout` prints each ".yaml" file as an object.
 */
function kustomization(names: string[]): string {
  return toYaml(
    { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [...names].sort() },
    { sortKeys: false },
  );
}

function reservedFolder({ node }: Chart, folder: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.DUPLICATE,
    where: node.path,
    what: `'${folder}' is the name of a folder for install values, an engine or clean-ups`,
    expected: `another name than ${RESERVED_FOLDERS.join(', ')}`,
    fix: 'give the chart another name: it names the folder of its objects',
    path: node.path,
  });
}

function sameFile(object: ApiObject, path: string): MeshError {
  const { kind, metadata: { namespace, name } } = object.toJson() as NamedObject;
  return new MeshError({
    code: MeshErrorCode.SAME_OBJECT,
    where: object.node.path,
    what: 'two objects with the same kind, namespace and name',
    got: `${kind} ${namespace ?? ''}/${name}`,
    expected: `one object for the file ${path}`,
    fix: 'rename or remove one of them',
    path: object.node.path,
  });
}
