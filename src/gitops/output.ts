import { ApiObject, App, Chart, Names } from 'cdk8s';
import { MeshCluster } from '../cluster';
import { MeshError, MeshErrorCode } from '../mesh-error';
import { fileName, NamedObject } from './file-name';
import { toYaml } from './yaml';

/** Where install values lie in the output folder, outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** All files of an app, their text by their path within the output folder, with "/" between folders. */
export type Output = ReadonlyMap<string, string>;

/**
 * Everything that an app writes: a folder for each chart, a file for each object, and install values for each cluster.
 * @throws MESH016 when two objects of a folder would share a file
 */
export function outputOf(app: App): Output {
  const files = new Map<string, string>();
  for (const chart of chartsOf(app)) {
    const folder = Names.toDnsLabel(chart);
    for (const object of objectsOf(chart)) {
      const manifest = object.toJson() as NamedObject;
      const path = `${folder}/${fileName(manifest)}`;
      if (files.has(path)) {throw sameFile(path, object, manifest);}
      // The marker makes any sequence of files one stream of documents, as `cdk8s synth --stdout` and `cat` print them.
      files.set(path, `---\n${manifestYaml(manifest)}`);
    }
    if (MeshCluster.isMeshCluster(chart)) {
      for (const { name, content } of chart.controlPlane.files()) {
        files.set(`${INSTALL_FOLDER}/${folder}/${name}`, toYaml(content, { sortKeys: false }));
      }
    }
  }
  return files;
}

function chartsOf(app: App): Chart[] {
  return app.node.findAll().filter((node): node is Chart => Chart.isChart(node));
}

/** The objects of a chart, without those of charts within it. */
function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === chart);
}

function sameFile(path: string, object: ApiObject, manifest: NamedObject): MeshError {
  return new MeshError({
    code: MeshErrorCode.SAME_FILE,
    where: object.node.path,
    what: 'two objects of one kind, namespace and name',
    got: `${manifest.kind} ${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`,
    expected: 'each object once in a cluster',
    fix: `rename one of them; both would be ${path}`,
  });
}

/** The parts of an object in the order that people read them; within them, keys in order, so nothing depends on how a map was written. */
function manifestYaml({ apiVersion, kind, metadata, ...rest }: NamedObject): string {
  return toYaml({ apiVersion, kind }, { sortKeys: false }) + toYaml({ metadata }, { sortKeys: true }) + toYaml(rest, { sortKeys: true }).replace(/^\{\}\n$/, '');
}
