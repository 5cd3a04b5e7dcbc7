import { ApiObject, Chart, Names } from 'cdk8s';
import { IConstruct } from 'constructs';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { contentSourceOf } from '../istio/istio-object';
import { lineComments } from '../istio/line-comments';
import { MeshCluster } from '../mesh/cluster';
import { Mesh } from '../mesh/mesh';
import { commonMetadata } from '../objects/common-metadata';
import { provenanceOf } from '../objects/provenance';
import { headerLine } from '../output/comments';
import { fileName, NamedObject } from '../output/file-name';
import { INSTALL_FOLDER, RESERVED_FOLDERS } from '../output/folder-names';
import { Output } from '../output/folder-writer';
import { folderOf, isFolderChart } from '../output/folders';
import { manifestText } from '../output/manifest-text';
import { toYaml } from '../output/yaml';
import { privateKeyProblem, privateKeysIn } from '../pki/key-scan';

/**
 * Returns the files of an app: for each chart a folder with a file for each object and a listing for kustomize, for each cluster
 * install values, and for each mesh a catalog.
 * @throws MESH031 when an object holds a private key, MESH016 when two objects of a folder would have the same file,
 * MESH006 when a chart would have a folder that this library writes
 */
export function outputOf(nodes: IConstruct[]): Output {
  const output = new OutputFiles();
  objectsByChart(nodes).forEach((objects, chart) => output.addChart(chart, objects));
  output.refusePrivateKeys();
  nodes.filter((node): node is Mesh => node instanceof Mesh).forEach((mesh, _, { length }) => {
    output.files.set(length === 1 ? 'mesh-catalog.json' : `mesh-catalog.${Names.toDnsLabel(mesh)}.json`, mesh._catalogText);
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

/** File of an object within the folder of its chart. */
interface ObjectFile {
  readonly name: string;
  readonly text: string;
}

/** The files of an app, by their path in the output folder. */
class OutputFiles {
  public readonly files = new Map<string, string>();
  private readonly privateKeys: Problem[] = [];
  /** Texts of objects of this library, by the object as JSON. */
  private readonly texts = new Map<string, string>();
  /** Files of objects of this library, by what their content follows from. */
  private readonly bySource = new Map<object, Map<string, ObjectFile>>();

  /** Adds the files of a chart. */
  public addChart(chart: Chart, objects: ApiObject[]): void {
    const folder = folderOf(chart);
    if (objects.length > 0 && !isFolderChart(chart) && RESERVED_FOLDERS.includes(folder)) {
      throw reservedFolder(chart, folder);
    }
    const names = objects.map(object => this.addObject(folder, object));
    if (names.length > 0 || isReadByEngine(chart)) {
      this.files.set(`${folder}/kustomization.yml`, headerOf(chart, `the chart ${chart.node.path}`) + kustomization(names));
    }
    if (MeshCluster.isMeshCluster(chart)) {
      for (const { name, content } of chart._files) {
        const text = toYaml(content, { sortKeys: false });
        this.files.set(`${INSTALL_FOLDER}/${folder}/${name}`, headerOf(chart, `the cluster ${folder}`) + text);
      }
    }
    if (isFolderChart(chart)) {
      chart.texts.forEach((text, name) => this.files.set(`${folder}/${name}`, text()));
    }
  }

  /** Throws when an object that was added holds a private key. */
  public refusePrivateKeys(): void {
    if (this.privateKeys.length > 0) {
      throw new MeshErrors(this.privateKeys);
    }
  }

  /** Adds the file of an object, and returns its name. */
  private addObject(folder: string, object: ApiObject): string {
    const { name, text } = this.fileOf(object);
    const path = `${folder}/${name}`;
    if (this.files.has(path)) {
      throw sameFile(object, path);
    }
    this.files.set(path, text);
    return name;
  }

  /** Returns the file of an object. Most objects of a large mesh are equal to those of other clusters, whose file they share. */
  private fileOf(object: ApiObject): ObjectFile {
    const author = hasHeaders(object.chart) ? pathInChart(object) : '';
    const content = contentSourceOf(object);
    if (content === undefined) {
      return this.renderedFile(object, author);
    }
    const key = `${content.key} ${author}`;
    const files = this.bySource.get(content.source) ?? new Map<string, ObjectFile>();
    const file = files.get(key) ?? this.renderedFile(object, author);
    this.bySource.set(content.source, files.set(key, file));
    return file;
  }

  /** @param author path of the construct that the header names; empty for a file without a header */
  private renderedFile(object: ApiObject, author: string): ObjectFile {
    const header = author === '' ? '' : headerLine(author);
    const manifest = object.toJson() as NamedObject;
    const isOwnContent = provenanceOf(object).isOwnContent ?? false;
    if (!isOwnContent) {
      this.privateKeys.push(...privateKeysIn(manifest).map(field => privateKeyProblem(object.node.path, field)));
    }
    return { name: fileName(manifest), text: isOwnContent ? this.sharedText(manifest, header) : manifestText(manifest, { header }) };
  }

  /** Returns the text of an object of this library. Most clusters that import a service get equal objects, which share one text. */
  private sharedText(manifest: NamedObject, header: string): string {
    // Such an object is plain data, which JSON tells apart as YAML does.
    const key = header + JSON.stringify(manifest);
    const known = this.texts.get(key);
    if (known !== undefined) {
      return known;
    }
    const text = manifestText(manifest, { header, lines: header === '' ? undefined : lineComments(manifest.kind) });
    this.texts.set(key, text);
    return text;
  }
}

/** The path of an object below its chart. */
function pathInChart({ node, chart }: ApiObject): string {
  const ids = [node.id];
  for (let { scope } = node; scope !== undefined && scope !== chart; { scope } = scope.node) {
    ids.unshift(scope.node.id);
  }
  return ids.join('/');
}

/** The first line of a file of a chart; none in folders with the guide to the letter. */
function headerOf(chart: Chart, source: string): string {
  return hasHeaders(chart) ? headerLine(source) : '';
}

function hasHeaders(chart: Chart): boolean {
  return commonMetadata(chart).labels !== undefined;
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
