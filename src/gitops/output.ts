import { ApiObject, App, Chart, Names } from 'cdk8s';
import { MeshCluster } from '../cluster';
import { Mesh } from '../mesh';
import { MeshError, MeshErrorCode } from '../mesh-error';
import { fileName, NamedObject } from './file-name';
import { toYaml } from './yaml';

/** Where install values lie in the output folder, outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** All files of an app, their text by their path within the output folder, with "/" between folders. */
export type Output = ReadonlyMap<string, string>;

/**
 * Everything that an app writes: a folder for each chart with a file for each object and a listing for kustomize,
 * install values for each cluster, and the catalog of each mesh.
 * @throws MESH016 when two objects of a folder would share a file
 */
export function outputOf(app: App): Output {
  const files = new Map<string, string>();
  for (const chart of chartsOf(app)) {
    const folder = Names.toDnsLabel(chart);
    const names = objectsOf(chart).map(object => {
      const manifest = object.toJson() as NamedObject;
      const name = fileName(manifest);
      if (files.has(`${folder}/${name}`)) {throw sameFile(object, manifest, name);}
      // The marker makes any sequence of files one stream of documents, as `cdk8s synth --stdout` and `cat` print them.
      files.set(`${folder}/${name}`, `---\n${manifestYaml(manifest)}`);
      return name;
    });
    if (names.length > 0) {files.set(`${folder}/kustomization.yml`, kustomization(names));}
    if (MeshCluster.isMeshCluster(chart)) {
      for (const { name, content } of chart.controlPlane.files()) {
        files.set(`${INSTALL_FOLDER}/${folder}/${name}`, toYaml(content, { sortKeys: false }));
      }
    }
  }
  const meshes = app.node.findAll().filter((node): node is Mesh => node instanceof Mesh);
  for (const mesh of meshes) {
    files.set(meshes.length === 1 ? 'mesh-catalog.json' : `mesh-catalog.${Names.toDnsLabel(mesh)}.json`, mesh.catalog().toText());
  }
  return files;
}

/** A listing for kustomize, `kubectl apply -k` and Argo CD; ".yml", so `cdk8s synth --stdout` does not print it as an object. */
function kustomization(names: string[]): string {
  return toYaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [...names].sort() }, { sortKeys: false });
}

/** The parts of an object in the order that people read them; within them, keys in order, so nothing depends on how a map was written. */
function manifestYaml({ apiVersion, kind, metadata, ...rest }: NamedObject): string {
  const content = Object.keys(rest).length > 0 ? toYaml(rest, { sortKeys: true }) : '';
  return toYaml({ apiVersion, kind }, { sortKeys: false }) + toYaml({ metadata }, { sortKeys: true }) + content;
}

function chartsOf(app: App): Chart[] {
  return app.node.findAll().filter((node): node is Chart => Chart.isChart(node));
}

/** The objects of a chart, without those of charts within it. */
function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === chart);
}

function sameFile(object: ApiObject, manifest: NamedObject, file: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.SAME_OBJECT,
    where: object.node.path,
    what: 'two objects of one kind, namespace and name',
    got: `${manifest.kind} ${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`,
    expected: 'each object once in a cluster',
    fix: `rename one of them; both would be ${file}`,
  });
}
