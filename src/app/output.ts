import { ApiObject, Chart, Names } from 'cdk8s';
import { IConstruct } from 'constructs';
import { MeshError, MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { MeshCluster } from '../mesh/cluster';
import { Mesh } from '../mesh/mesh';
import { provenanceOf } from '../objects/provenance';
import { fileName, NamedObject } from '../output/file-name';
import { folderOf, isFolderChart } from '../output/folder-chart';
import { Output } from '../output/folder-writer';
import { INSTALL_FOLDER } from '../output/folders';
import { toYaml } from '../output/yaml';
import { privateKeyProblem, privateKeysIn } from '../pki/key-scan';

/**
 * Everything that an app writes, by its constructs: a folder for each chart with a file for each object and a listing for kustomize,
 * install values for each cluster, and the catalog of each mesh.
 * @throws MESH031 when an object holds a private key, whatever chart it stands in
 * @throws MESH016 when two objects of a folder would share a file
 */
export function outputOf(nodes: IConstruct[]): Output {
  const files = new Map<string, string>();
  const keys: Problem[] = [];
  for (const [chart, objects] of objectsByChart(nodes)) {
    const folder = folderOf(chart);
    const names = objects.map(object => {
      const manifest = object.toJson() as NamedObject;
      if (!provenanceOf(object).isOwnContent) {
        keys.push(
          ...privateKeysIn(manifest).map(field => privateKeyProblem(object.node.path, field)),
        );
      }
      const name = fileName(manifest);
      const path = `${folder}/${name}`;
      if (files.has(path)) {
        throw sameFile(object, manifest, name);
      }
      // The marker makes any sequence of files one stream of documents, as `cdk8s synth --stdout` and `cat` print them.
      files.set(path, `---\n${manifestYaml(manifest)}`);
      return name;
    });
    if (names.length > 0 || isFollowed(chart)) {
      files.set(`${folder}/kustomization.yml`, kustomization(names));
    }
    if (MeshCluster.isMeshCluster(chart)) {
      for (const { name, content } of chart._files) {
        files.set(`${INSTALL_FOLDER}/${folder}/${name}`, toYaml(content, { sortKeys: false }));
      }
    }
    if (isFolderChart(chart)) {
      chart.texts.forEach((text, name) => files.set(`${folder}/${name}`, text()));
    }
  }
  if (keys.length > 0) {
    throw new MeshErrors(keys);
  }
  const meshes = nodes.filter((node): node is Mesh => node instanceof Mesh);
  for (const mesh of meshes) {
    files.set(meshes.length === 1 ? 'mesh-catalog.json' : `mesh-catalog.${Names.toDnsLabel(mesh)}.json`, mesh.catalog().toText());
  }
  return files;
}

/** Whether an engine is told of the folder, which then must be there even when nothing is left in it: what is gone is pruned by that alone. */
function isFollowed(chart: Chart): boolean {
  return isFolderChart(chart) ? chart.texts.size === 0 : MeshCluster.isMeshCluster(chart) && chart.gitOps !== undefined;
}

/** A listing for kustomize, `kubectl apply -k` and Argo CD; ".yml", so `cdk8s synth --stdout` does not print it as an object. */
function kustomization(names: string[]): string {
  return toYaml(
    { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [...names].sort() },
    { sortKeys: false },
  );
}

/** The parts of an object in the order that people read them; within them, keys in order, so nothing depends on how a map was written. */
function manifestYaml({ apiVersion, kind, metadata, ...rest }: NamedObject): string {
  const content = Object.keys(rest).length > 0 ? toYaml(rest, { sortKeys: true }) : '';
  return `${toYaml({ apiVersion, kind }, { sortKeys: false })}${toYaml({ metadata }, { sortKeys: true })}${content}`;
}

/** The charts, each with its objects; those of a chart within it belong to that one alone. */
function objectsByChart(nodes: IConstruct[]): Map<Chart, ApiObject[]> {
  const charts = new Map<Chart, ApiObject[]>(nodes.filter(Chart.isChart).map(chart => [chart, []]));
  for (const node of nodes) {
    if (ApiObject.isApiObject(node)) {
      charts.get(node.chart)?.push(node);
    }
  }
  return charts;
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
