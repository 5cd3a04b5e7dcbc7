import type { GraphCluster, GraphImport, GraphModel, GraphObject, GraphService, GraphTurn } from './model';
import { naturally } from './natural-order';
import { rootOf } from './root-of';
import { printable } from '../../errors/printable';
import { GlobalImport, importsOf, LocalImport } from '../../written/imports';
import { titleOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import { findingsOn, outcomesOf, Step, stepsOf } from '../../written/way/step';
import { waysOfImport } from '../../written/way/way';

/** Prefix of the Service of an export that limits its ports. */
const LIMITED = /^mesh-export-/;

/**
 * Reads what a drawing shows. Every text of a file is made printable here, so that no name can change the direction of the text
 * around it or hide a part of itself.
 * @param pki folder of `istio-mesh ca`; nothing is said of roots where it does not exist
 */
export function readModel(mesh: WrittenMesh, pki: string): Omit<GraphModel, 'order'> {
  return new ModelReader(mesh).read(pki);
}

/** An import with all that its ways show, before clusters and services have numbers. */
interface ReadImport {
  readonly imported: GlobalImport | LocalImport;
  readonly key: string;
  readonly steps: Step[];
  readonly stopped: string[];
}

/** What is known of a service while a mesh is read. */
interface ServiceDraft {
  readonly hosts: Set<string>;
  readonly vips: Set<string>;
  readonly exporters: Set<string>;
  /** Files of the objects that open the service. */
  readonly files: Set<string>;
}

class ModelReader {
  private readonly clusters: string[];
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly services = new Map<string, ServiceDraft>();
  private readonly held: ReadonlyMap<string, { readonly cluster: string; readonly title: string }>;
  /** Numbers of the objects, by their files. */
  private readonly objects = new Map<string, number>();
  private readonly imports: ReadImport[];

  public constructor(private readonly mesh: WrittenMesh) {
    this.held = heldObjects(mesh);
    this.imports = [...mesh.clusters.values()].flatMap(cluster => importsOf(mesh, cluster).map(imported => readImport(mesh, imported)));
    const named = this.imports.flatMap(({ steps }) => steps.flatMap(({ cluster }) => cluster ?? []));
    const listed = mesh.services.flatMap(({ exporters }) => exporters.map(({ cluster }) => cluster));
    this.clusters = [...new Set([...mesh.clusters.keys(), ...named, ...listed])].sort(naturally);
    this.numbers = new Map(this.clusters.map((name, number) => [name, number]));
  }

  public read(pki: string): Omit<GraphModel, 'order'> {
    this.addCatalogs();
    this.addOpened();
    this.imports.forEach(read => this.addImport(read));
    const keys = [...this.services.keys()].sort((a, b) => naturally(namespaceIn(a), namespaceIn(b)) || naturally(a, b));
    const numbers = new Map(keys.map((key, number) => [key, number]));
    const clusters = this.clusters.map(name => this.clusterOf(name, pki));
    const services = keys.map(key => this.serviceOf(key));
    const imports = this.imports.map(read => this.importOf(read, numbers.get(read.key)!));
    const objects = [...this.objects.keys()].map((file): GraphObject => {
      const { cluster, title } = this.held.get(file)!;
      return { cluster: this.numbers.get(cluster)!, title: printable(title), file: printable(file) };
    });
    return { clusters, services, imports, objects };
  }

  private addCatalogs(): void {
    for (const { name, namespace, host, addresses, exporters } of this.mesh.services) {
      const draft = this.draft(`${name}.${namespace}`);
      draft.hosts.add(host);
      addresses.forEach(address => draft.vips.add(address));
      exporters.forEach(({ cluster }) => draft.exporters.add(cluster));
    }
  }

  private addOpened(): void {
    for (const { name, opened } of this.mesh.clusters.values()) {
      for (const { host, gateway } of opened) {
        // A host such as "*.global" is no service.
        if (!host.includes('*')) {
          const draft = this.draft(serviceKey(host));
          draft.exporters.add(name);
          draft.files.add(gateway.file.path);
        }
      }
    }
  }

  private addImport({ imported, key, steps }: ReadImport): void {
    const draft = this.draft(key);
    draft.hosts.add(imported.host);
    if (imported.kind === 'global') {
      imported.addresses.forEach(address => draft.vips.add(address));
    }
    steps.forEach(({ cluster }) => cluster !== undefined && draft.exporters.add(cluster));
  }

  private draft(key: string): ServiceDraft {
    const draft = this.services.get(key) ?? { hosts: new Set(), vips: new Set(), exporters: new Set(), files: new Set() };
    this.services.set(key, draft);
    return draft;
  }

  private clusterOf(name: string, pki: string): GraphCluster {
    const settings = this.mesh.clusters.get(name)?.settings;
    const hasValues = settings?.file !== undefined;
    const root = rootOf(pki, name);
    return {
      name: printable(name),
      isInSight: settings !== undefined,
      gateways: this.mesh.gatewayOwners.addressesOf(name).map(printable),
      facts: [
        ...settings === undefined ? [] : [['Istio', settings.generation === '1.5' ? '1.5' : '1.29 or later'] as const],
        ...hasValues ? [['Trust domain', printable(settings.trustDomain)] as const] : [],
        ...hasValues ? [['DNS domain', printable(settings.clusterDomain)] as const] : [],
        ...hasValues ? [['Install values', printable(settings.file.path)] as const] : [],
      ],
      ...root && { root },
    };
  }

  private serviceOf(key: string): GraphService {
    const { hosts, vips, exporters, files } = this.services.get(key)!;
    const namespace = namespaceIn(key);
    return {
      name: printable(namespace === '' ? key : key.slice(0, -namespace.length - 1)),
      namespace: printable(namespace),
      hosts: [...hosts].sort(naturally).map(printable),
      vips: [...vips].sort(naturally).map(printable),
      exporters: [...exporters].map(name => this.numbers.get(name)!).sort((a, b) => a - b),
      objects: [...files].sort().flatMap(file => this.objectAt(file)),
    };
  }

  private importOf({ imported, steps, stopped }: ReadImport, service: number): GraphImport {
    const { cluster, namespace, host, ports } = imported;
    const files = [...new Set(steps.flatMap(({ place }) => place?.file ?? []))].sort();
    const localPods = steps.find(({ station }) => station === 'local pods');
    // A route that sends every request to the host itself says nothing.
    const routes = steps.filter(({ station, text, details }) => (
      station === 'route' && !(text.endsWith(': every request') && details.length === 1 && details[0] === `to ${host}`)
    ));
    return {
      service,
      cluster: this.numbers.get(cluster.name)!,
      namespace: printable(namespace),
      host: printable(host),
      ports: ports.map(({ number }) => number),
      path: steps.some(({ station }) => station === 'egress') ? 'egress' : 'direct',
      turns: this.turnsOf(steps),
      ...localPods && { localPods: localPods.text.endsWith('first') ? 'first' : 'too' },
      routes: [...new Set(routes.map(({ text, details }) => printable([text, ...details].join(', '))))],
      stopped: stopped.map(printable),
      objects: files.flatMap(file => this.objectAt(file)),
    };
  }

  /** The clusters behind the gateways of an import, in the order in which they answer. */
  private turnsOf(steps: Step[]): GraphTurn[] {
    const endpoints = new Map<string, { readonly cluster: number; readonly rank: number; readonly weight?: number }>();
    for (const { endpoint, next } of steps) {
      for (const { cluster } of endpoint === undefined ? [] : next) {
        const key = JSON.stringify([cluster, endpoint!.address, endpoint!.port]);
        if (cluster !== undefined && !endpoints.has(key)) {
          endpoints.set(key, { cluster: this.numbers.get(cluster)!, rank: endpoint!.rank, weight: endpoint!.weight });
        }
      }
    }
    const all = [...endpoints.values()];
    const clusters = [...new Set(all.map(({ cluster }) => cluster))];
    return clusters.map((cluster): GraphTurn => {
      const own = all.filter(endpoint => endpoint.cluster === cluster);
      const rank = Math.min(...own.map(endpoint => endpoint.rank));
      const sum = (items: typeof all) => items.reduce((total, { weight }) => total + (weight ?? 1), 0);
      const sameRank = all.filter(endpoint => endpoint.rank === rank);
      const hasShares = sameRank.some(({ weight }) => weight !== undefined) && sum(sameRank) > 0;
      return { cluster, rank, ...hasShares && { share: Math.round(100 * sum(own) / sum(sameRank)) } };
    }).sort((a, b) => a.rank - b.rank || a.cluster - b.cluster);
  }

  /** Number of what a file holds; none for a file of no cluster. */
  private objectAt(file: string): number[] {
    const held = this.held.get(file);
    if (held === undefined) {
      return [];
    }
    const number = this.objects.get(file) ?? this.objects.size;
    this.objects.set(file, number);
    return [number];
  }
}

/** What each file of a cluster holds, in words, and the cluster. */
function heldObjects(mesh: WrittenMesh): ReadonlyMap<string, { readonly cluster: string; readonly title: string }> {
  return new Map([...mesh.clusters.values()].flatMap(({ name, manifests, settings }) => [
    ...settings.file ? [[settings.file.path, { cluster: name, title: 'Install values' }] as const] : [],
    ...manifests.map(manifest => [manifest.file.path, { cluster: name, title: titleOf(manifest) }] as const),
  ]));
}

function readImport(mesh: WrittenMesh, imported: GlobalImport | LocalImport): ReadImport {
  const ways = waysOfImport(mesh, imported);
  const steps = ways.flatMap(({ first }) => stepsOf(first));
  const stopped = ways.flatMap(({ first, port }) => {
    const [error] = findingsOn(first).filter(({ severity }) => severity === 'error');
    return error && outcomesOf(first).includes('stopped') ? [`port ${port}: ${error.code} ${error.what}`] : [];
  });
  const asked = steps.find(step => step.asked !== undefined)?.asked;
  const described = mesh.services.find(({ host }) => host === imported.host);
  const key = described ? `${described.name}.${described.namespace}` : serviceKey(asked ?? imported.host);
  return { imported, key, steps, stopped };
}

/** Name and namespace of a service by a host such as `httpbin.bar.svc.cluster.local`, `db-0.db.data.svc.cluster.local` or `a.b.global`. */
function serviceKey(host: string): string {
  const [inCluster, domain] = host.split('.svc.');
  return (domain === undefined ? host.split('.').slice(0, 2).join('.') : inCluster).replace(LIMITED, '');
}

function namespaceIn(key: string): string {
  return key.includes('.') ? key.slice(key.lastIndexOf('.') + 1) : '';
}
