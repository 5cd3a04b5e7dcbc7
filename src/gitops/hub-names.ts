import type { App } from 'cdk8s';
import type { EngineFolder } from './engine';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Mark } from '../objects/mark';

/** Cluster of each object in the cluster of the engine, by kind, namespace and name. */
const OWNERS = new Mark<Map<string, string>>('HubObjects');

/**
 * Notes the objects that an engine has in its own cluster for another one. The folders of two clusters may hold objects of one name, but
 * the cluster of the engine has one object of that name, so one cluster would get the Istio of the other.
 * @throws MESH037 for an object of the name that an object for another cluster has
 */
export function noteHubObjects(app: App, cluster: string, folders: EngineFolder[]): void {
  const owners = OWNERS.of(app) ?? new Map<string, string>();
  OWNERS.set(app, owners);
  const objects = folders.filter(({ inHub }) => inHub).flatMap(folder => folder.objects);
  const keys = objects.map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace}/${name}`);
  for (const key of keys) {
    const owner = owners.get(key);
    if (owner !== undefined && owner !== cluster) {
      throw new MeshError({
        code: MeshErrorCode.GIT_OPS,
        where: `GitOps of '${cluster}'`,
        what: `the hub would have one object for this cluster and for '${owner}'`,
        got: key,
        expected: 'names of objects that differ between clusters: they are made of the name of the cluster and that of the Helm release',
        fix: 'rename one of the clusters, or its egress gateway',
      });
    }
  }
  keys.forEach(key => owners.set(key, cluster));
}
