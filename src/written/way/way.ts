import { globalWay } from './global-way';
import { localWay } from './local-way';
import { step, Step } from './step';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { portsOf, WrittenCluster } from '../cluster';
import { isServiceHost, searchedNames } from '../host-names';
import { globalImport, GlobalImport, importsOf, LocalImport, localImport } from '../imports';
import { placeOf } from '../manifest';
import type { WrittenMesh } from '../mesh';

/** A request as a user asks about it. */
export interface AskedRequest {
  readonly cluster: string;
  readonly namespace: string;
  /** Host as the application writes it; a short name is looked up as a pod of the namespace does. */
  readonly host: string;
  readonly port?: number;
}

/** What the files say of a request. */
export interface Way {
  readonly cluster: string;
  readonly namespace: string;
  /** Host that the name stands for. */
  readonly host: string;
  readonly port: number;
  readonly first: Step;
}

/**
 * The way of a request, as the files show it.
 * @throws MESH092 for a cluster, host or port that no file names
 */
export function wayOf(mesh: WrittenMesh, asked: AskedRequest): Way {
  const cluster = mesh.clusters.get(asked.cluster);
  if (cluster === undefined) {
    throw notInSight(`cluster ${asked.cluster}`, 'no folder is for this cluster', [...mesh.clusters.keys()], 'name one of these clusters');
  }
  for (const name of searchedNames(asked.host, asked.namespace, cluster.settings)) {
    const target = targetOf(mesh, cluster, asked.namespace, name);
    if (target) {
      const port = chosenPort(asked, name, target.ports);
      return { cluster: cluster.name, namespace: asked.namespace, host: name, port, first: target.way(port) };
    }
  }
  const hosts = importsOf(mesh, cluster).filter(({ namespace }) => namespace === asked.namespace).map(({ host }) => host);
  throw notInSight(
    `cluster ${cluster.name}, namespace ${asked.namespace}`,
    `no import and no Service of the folders has the name ${asked.host}`,
    [...new Set(hosts)],
    'correct the name, import the service into the namespace, or name the folder of its repository too',
  );
}

/** The ways of an import, one for each of its ports. */
export function waysOfImport(mesh: WrittenMesh, imported: GlobalImport | LocalImport): Way[] {
  return portNumbersOf(imported).map(port => ({
    port,
    cluster: imported.cluster.name,
    namespace: imported.namespace,
    host: imported.host,
    first: imported.kind === 'global' ? globalWay({ mesh, imported, port }) : localWay({ mesh, imported, port }),
  }));
}

interface Target {
  readonly ports: number[];
  readonly way: (port: number) => Step;
}

/** What a full name stands for in a namespace; undefined where no file says. */
function targetOf(mesh: WrittenMesh, cluster: WrittenCluster, namespace: string, name: string): Target | undefined {
  const [entry] = cluster.forHost('ServiceEntry', name, namespace);
  if (entry) {
    const imported = { ...globalImport(cluster, entry, name), namespace };
    return { ports: imported.ports.map(({ number }) => number), way: port => globalWay({ mesh, imported, port }) };
  }
  if (!isServiceHost(name, cluster.settings)) {
    return undefined;
  }
  const imported = localImport(mesh, cluster, name);
  if (imported) {
    return { ports: portNumbersOf(imported), way: port => localWay({ mesh, imported, port, fromNamespace: namespace }) };
  }
  const service = cluster.service(name);
  return service && {
    ports: portsOf(service).map(({ number }) => number),
    way: port => step('name', `${name} is a Service of ${cluster.name} alone`, {
      place: placeOf(service),
      details: [`port ${port}`],
      next: [step('local pods', 'its pods answer, and no other cluster does', { risks: ['no pod of the Service is ready'] })],
    }),
  };
}

function portNumbersOf({ ports }: GlobalImport | LocalImport): number[] {
  return ports.map(({ number }) => number);
}

function chosenPort({ port, host, cluster, namespace }: AskedRequest, name: string, ports: number[]): number {
  const where = `cluster ${cluster}, namespace ${namespace}, ${name}`;
  if (port === undefined && (ports.length === 1 || ports.includes(80))) {
    return ports.includes(80) ? 80 : ports[0];
  }
  if (port === undefined) {
    throw notInSight(where, 'the name has several ports, or none that the files show', ports.map(String), `name one, such as ${host}:8000`);
  }
  if (ports.length > 0 && !ports.includes(port)) {
    throw notInSight(where, `no port ${port}`, ports.map(String), 'name one of these ports, or add the port to the export and import');
  }
  return port;
}

function notInSight(where: string, what: string, known: string[], fix: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.NOT_IN_SIGHT,
    where,
    what,
    fix,
    ...known.length > 0 && { expected: `one of ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', ...' : ''}` },
  });
}
