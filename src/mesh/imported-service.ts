import { ApiObject } from 'cdk8s';
import { ImportPath } from '../model/import-path';
import { ExportingCluster, exportersFor, IRemoteService } from '../model/remote-service';
import { Routing } from '../model/routing';
import { RemoteServiceEntry } from '../services/remote-service-entry';

/** Import of a remote service into a namespace of a cluster. */
export interface ImportServiceOptions {
  /** Importing namespace. On supported releases no other namespace sees the service. */
  readonly namespace: string;

  /**
   * Path to the remote gateway.
   * @default - ImportPath.direct()
   */
  readonly via?: ImportPath;

  /**
   * Versions that callers reach; the export must declare them.
   * @default - any version, by the load balancing of the receiving cluster
   */
  readonly routing?: Routing;

  /**
   * VIPs for the host in this cluster.
   * @default - VIPs of the export, or VIPs from the range of the cluster
   */
  readonly addresses?: string[];

  /**
   * Whether the import is about to be removed. Its ServiceEntry, by which callers find the service, is left out; the rules
   * that protect their traffic stay until the next commit removes the import.
   * @default false
   */
  readonly retire?: boolean;
}

/** A remote service as a namespace of a cluster calls it. */
export class ImportedService {
  /** @internal */
  public static _of(entry: RemoteServiceEntry, service: IRemoteService, options: ImportServiceOptions, cluster: string): ImportedService {
    return new ImportedService(entry, service, options, cluster);
  }

  /** Host by which callers reach the service. */
  public readonly host: string;
  /** Importing namespace. */
  public readonly namespace: string;
  /** The ServiceEntry. */
  public readonly serviceEntry: ApiObject;
  /** Service that is imported. */
  public readonly service: IRemoteService;
  /** Whether connections leave through the egress gateway. */
  public readonly usesEgressGateway: boolean;

  /**
   * Whether the import is about to be removed.
   * @internal
   */
  public readonly _isRetiring: boolean;

  private readonly entry: RemoteServiceEntry;
  private readonly cluster: string;

  private constructor(entry: RemoteServiceEntry, service: IRemoteService, options: ImportServiceOptions, cluster: string) {
    this.entry = entry;
    this.service = service;
    this.cluster = cluster;
    this.host = service.host;
    this.namespace = options.namespace;
    this.serviceEntry = entry.serviceEntry;
    this._isRetiring = options.retire ?? false;
    this.usesEgressGateway = options.via?.usesEgressGateway ?? false;
  }

  /** VIPs that the host resolves to. */
  public get addresses(): string[] {
    return this.entry.addresses;
  }

  /** Names of the clusters that serve the import. */
  public get servedBy(): string[] {
    return this._exporters.map(exporter => exporter.cluster);
  }

  /** @internal */
  public get _exporters(): ExportingCluster[] {
    return exportersFor(this.service, this.cluster);
  }

  /**
   * Path of the construct.
   * @internal
   */
  public get _path(): string {
    return this.entry.node.path;
  }
}
