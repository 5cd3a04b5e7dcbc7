import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { objectName } from '../names';

/** An object whose file a synth removed. */
interface RemovedObject {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An import that left the output, or a gateway of it. */
interface RemovedImport {
  readonly cluster: string;
  /** The import, as the warning names it. */
  readonly name: string;
  /** Whether a Gateway of a cluster is that of its export. */
  readonly isOf: (gateway: RemovedObject) => boolean;
}

/**
 * Imports that left the output in the same synth as the Gateway of their export. Clusters apply a commit at different times: where the
 * exporting cluster is first, the callers of the import are cut off.
 */
export function closedAtOnce(removed: readonly string[]): Problem[] {
  const objects = removed.flatMap(removedObject);
  const gateways = objects.filter(({ kind, name }) => kind === 'Gateway' && name.startsWith(GATEWAY_PREFIX));
  const closed = new Map<string, Set<string>>();
  objects.flatMap(removedImport).forEach(({ cluster, name, isOf }) => {
    const exporters = gateways.filter(gateway => gateway.cluster !== cluster && isOf(gateway)).map(gateway => gateway.cluster);
    closed.set(name, new Set([...closed.get(name) ?? [], ...exporters]));
  });
  return [...closed].filter(([, exporters]) => exporters.size > 0).map(([name, exporters]) => ({
    code: MeshErrorCode.RETIREMENT,
    where: `import of ${name}`,
    what: `removed together with its export in ${[...exporters].join(', ')}: `
      + 'callers are cut off where that cluster applies the change first',
    fix: 'restore both, and remove them in commits of their own: the import with retire: true first, then the export',
  }));
}

const GATEWAY_PREFIX = 'mesh-';

/** The import of a ServiceEntry, or under a local name that of a WorkloadEntry such as `mesh.api.cluster2.0`. */
function removedImport({ kind, cluster, namespace, name }: RemovedObject): RemovedImport[] {
  if (kind === 'ServiceEntry') {
    return [{ cluster, name: `${name} into ${cluster}/${namespace}`, isOf: gateway => isGatewayOf(gateway.name, name) }];
  }
  const [, service, exporter] = /^mesh\.([^.]+)\.([^.]+)\.\d+(?:\.[^.]+)?$/.exec(kind === 'WorkloadEntry' ? name : '') ?? [];
  if (service === undefined) {
    return [];
  }
  const gatewayName = objectName(service, namespace, GATEWAY_PREFIX);
  return [{
    cluster,
    name: `${service}.${namespace} under its local name into ${cluster}`,
    // The entry of an egress gateway stands for all exporters.
    isOf: gateway => gateway.name === gatewayName && [gateway.cluster, 'egress'].includes(exporter),
  }];
}

/** Whether a Gateway is for the service of a ServiceEntry. Long names are shortened at different places, and end in one hash. */
function isGatewayOf(gateway: string, entry: string): boolean {
  const hashOf = (name: string) => /-[0-9a-f]{10}$/.exec(name)?.[0];
  return gateway === GATEWAY_PREFIX + entry || (hashOf(entry) !== undefined && hashOf(entry) === hashOf(gateway));
}

/** The object of a file such as `cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml`; nothing for other files. */
function removedObject(path: string): RemovedObject[] {
  const match = /^([^/]+)\/([A-Za-z]+)\.networking\.istio\.io_([^_]+)_([^_]+)\.yaml$/.exec(path);
  return match ? [{ cluster: match[1], kind: match[2], namespace: match[3], name: match[4] }] : [];
}
