import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { AllowedCaller } from '../model/allowed-caller';
import type { ExportingCluster } from '../model/exporting-cluster';
import type { IRemoteService } from '../model/remote-service';
import type { VipRange } from '../model/vip-range';

/** An export of one cluster of a mesh. */
export interface RegisteredExport extends IRemoteService {
  readonly clusterName: string;
  /** The exporting cluster, as importers need it. */
  readonly _exporter: ExportingCluster;
  /** VIPs chosen for the host by this export. */
  readonly _chosenAddresses: string[];
  /** Callers that may call the pods; undefined when every workload of the mesh may. */
  readonly _allow?: AllowedCaller[];
  /** Whether the export is about to close: importers and the catalog leave it out. */
  readonly _isRetiring: boolean;
  /** Whether the gateway still opens the export. */
  readonly _isOpen: boolean;
}

/** Every export of a mesh, by host. Clusters, imports and the catalog read it instead of asking each other. */
export class ExportRegistry {
  private readonly byHost = new Map<string, RegisteredExport[]>();
  private readonly byName = new Map<string, RegisteredExport[]>();
  private readonly announcedByHost = new Map<string, ExportingCluster[]>();
  private readonly listeners = new Map<string, Array<() => void>>();
  private announcedServices?: { readonly vips: VipRange; readonly services: IRemoteService[] };

  /** Adds an export. */
  public add(exported: RegisteredExport): void {
    const exports = [...this.all(exported.host), exported].sort((a, b) => a.clusterName < b.clusterName ? -1 : 1);
    this.byHost.set(exported.host, exports);
    const name = `${exported.name}.${exported.namespace}`;
    this.byName.set(name, [...this.byName.get(name) ?? [], exported]);
    const staying = exports.filter(({ _isRetiring }) => !_isRetiring);
    // The rules of a retiring import stay as they were until the import is removed, so they still name its exporters.
    this.announcedByHost.set(exported.host, (staying.length > 0 ? staying : exports).map(({ _exporter }) => _exporter));
    this.announcedServices = undefined;
    this.listeners.get(exported.host)?.forEach(listener => listener());
  }

  /** Calls a listener each time another cluster exports a host. */
  public onChange(host: string, listener: () => void): void {
    this.listeners.set(host, [...this.listeners.get(host) ?? [], listener]);
  }

  /** The exported hosts, in order. */
  public get hosts(): string[] {
    return [...this.byHost.keys()].sort();
  }

  /** Every export of a host, by the name of its cluster. */
  public all(host: string): RegisteredExport[] {
    return this.byHost.get(host) ?? [];
  }

  /** Every export of a name in a namespace: of a Service, or of a pod of a StatefulSet. */
  public namesakes(name: string, namespace: string): RegisteredExport[] {
    return this.byName.get(`${name}.${namespace}`) ?? [];
  }

  /** The exports of a host that a gateway still opens. */
  public answering(host: string): RegisteredExport[] {
    return this.all(host).filter(({ _isOpen }) => _isOpen);
  }

  /** The exporters of a host that importers connect to. */
  public announced(host: string): ExportingCluster[] {
    return this.announcedByHost.get(host) ?? [];
  }

  /** The services that other repositories may import, each with the VIPs that every importer without a range of its own uses. */
  public announcedWith(vips: VipRange): IRemoteService[] {
    // Every resolver of a mesh asks for all of them, several times in a synth.
    if (this.announcedServices?.vips !== vips) {
      this.announcedServices = { vips, services: this.hosts.flatMap(host => this.announcement(host, vips)) };
    }
    return this.announcedServices.services;
  }

  /** What the exporters of one host disagree on, for every host. */
  public disagreements(): Problem[] {
    return this.hosts.flatMap(host => disagreementsOf(this.answering(host)));
  }

  private announcement(host: string, vips: VipRange): IRemoteService[] {
    const exported = this.answering(host).find(({ _isRetiring }) => !_isRetiring);
    if (!exported) {
      return [];
    }
    const { name, namespace, subdomain, clusterDomain, ports, exporters, addresses: chosen } = exported;
    const addresses = chosen.length > 0 ? chosen : vips.addressesOf(host);
    return [{ name, namespace, host, subdomain, clusterDomain, ports, exporters, addresses }];
  }
}

/** A fact that must be the same in every export of a host, since importers see one service. */
interface SharedFact {
  readonly name: string;
  readonly of: (exported: RegisteredExport) => unknown;
  readonly fix: string;
}

const SHARED_FACTS: SharedFact[] = [
  {
    name: 'ports',
    of: ({ ports }) => ports.map(({ name, port, protocol }) => `${name} ${port} ${protocol}`),
    fix: 'declare the same ports in each exportService',
  },
  {
    name: 'cluster domain',
    of: ({ clusterDomain }) => clusterDomain,
    fix: 'export it under another name where the cluster domain differs: the domain is part of the SNI',
  },
  {
    name: 'declared service account',
    of: ({ _exporter }) => _exporter.serviceAccount === undefined ? 'none' : 'one',
    fix: 'declare serviceAccount in each exportService, or in none',
  },
  {
    name: 'allowed callers',
    of: ({ _allow }) => _allow === undefined ? 'all' : 'some',
    fix: 'declare allow in each exportService, or in none: callers that one cluster refuses reach the other one',
  },
  {
    name: 'onlyExportedPorts',
    of: ({ _exporter }) => _exporter.gatewayService !== undefined,
    fix: 'set onlyExportedPorts in each exportService, or in none: callers send one SNI',
  },
  {
    name: 'addresses',
    of: ({ _chosenAddresses }) => _chosenAddresses,
    fix: 'declare the same addresses in each exportService',
  },
];

function disagreementsOf(exports: RegisteredExport[]): Problem[] {
  const [first] = exports;
  return SHARED_FACTS.flatMap(({ name, of, fix }) => exports
    .filter(other => JSON.stringify(of(other)) !== JSON.stringify(of(first)))
    .map(other => ({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `exports of ${first.host}`,
      path: other.clusterName,
      what: `${other.clusterName} and ${first.clusterName} disagree: ${name}`,
      got: of(other),
      expected: JSON.stringify(of(first)),
      fix,
    })));
}
