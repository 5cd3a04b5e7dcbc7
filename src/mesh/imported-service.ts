import { ApiObject } from 'cdk8s';
import { RETIRE } from './retirement';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { ExportingCluster } from '../model/exporting-cluster';
import { IMPORT_NAME, ImportName } from '../model/import-name';
import { IMPORT_PATH, ImportPath } from '../model/import-path';
import { IMPORT_POLICY, ImportPolicy } from '../model/import-policy';
import { exportersFor, IRemoteService } from '../model/remote-service';
import { ROUTING, Routing } from '../model/routing';
import { list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';
import { LocalNameImport } from '../services/local-name-import';
import { RemoteServiceEntry } from '../services/remote-service-entry';

/** Import of a remote service into a namespace of a cluster. */
export interface ImportServiceOptions extends ImportPolicy {
  /**
   * Importing namespace. On supported releases no other namespace sees the service by its global name.
   * @default - the namespace of the service, for an import under its local name; required for the global name
   */
  readonly namespace?: string;

  /**
   * Name by which callers reach the service.
   * @default ImportName.global()
   */
  readonly name?: ImportName;

  /**
   * Which cluster answers, where several can.
   * @default - pods of this cluster first, where it has some and the import sees them; then all other clusters alike
   */
  readonly priority?: ClusterPriority;

  /**
   * Path to the remote gateway.
   * @default - ImportPath.direct()
   */
  readonly via?: ImportPath;

  /**
   * Rules by which requests reach versions and clusters; the export must declare the versions.
   * @default - any version, by the load balancing of the receiving cluster, and the clusters in the order of `priority`
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

export const IMPORT_SERVICE_OPTIONS = schema<ImportServiceOptions>({
  ...IMPORT_POLICY.options,
  namespace: optional(text),
  name: optional(IMPORT_NAME),
  priority: optional(CLUSTER_PRIORITY),
  via: optional(IMPORT_PATH),
  routing: optional(ROUTING),
  addresses: optional(list(text)),
  retire: optional(RETIRE),
});

/** The construct of an import. */
export type ImportConstruct = RemoteServiceEntry | LocalNameImport;

/** A remote service as pods of a cluster call it. */
export class ImportedService {
  /** @internal */
  public static _of(construct: ImportConstruct, service: IRemoteService, options: ImportServiceOptions, cluster: string): ImportedService {
    return new ImportedService(construct, service, options, cluster);
  }

  /** Host by which callers reach the service. */
  public readonly host: string;
  /** Importing namespace; for a local name, the namespace of the service. */
  public readonly namespace: string;
  /** Whether callers use the service's own name, in every namespace. */
  public readonly usesLocalName: boolean;
  /** ServiceEntry of the import; undefined for a local name, which has none. */
  public readonly serviceEntry?: ApiObject;
  /** DestinationRule of the import, to read and to patch; undefined on Istio 1.5 where the import has none. */
  public readonly destinationRule?: ApiObject;
  /** VirtualService of the import, to read and to patch; undefined where the import has none. */
  public readonly virtualService?: ApiObject;
  /** Service that is imported. */
  public readonly service: IRemoteService;
  /** Whether connections leave through the egress gateway. */
  public readonly usesEgressGateway: boolean;

  /**
   * Whether the import is about to be removed.
   * @internal
   */
  public readonly _isRetiring: boolean;

  private readonly construct: ImportConstruct;
  private readonly cluster: string;

  private constructor(construct: ImportConstruct, service: IRemoteService, options: ImportServiceOptions, cluster: string) {
    this.construct = construct;
    this.service = service;
    this.cluster = cluster;
    this.host = construct.host;
    this.namespace = options.namespace ?? service.namespace;
    this.usesLocalName = construct instanceof LocalNameImport;
    this.serviceEntry = construct instanceof RemoteServiceEntry ? construct.serviceEntry : undefined;
    this.destinationRule = construct.node.tryFindChild('destination-rule') as ApiObject | undefined;
    this.virtualService = construct.node.tryFindChild('virtual-service') as ApiObject | undefined;
    this._isRetiring = options.retire ?? false;
    this.usesEgressGateway = options.via?.usesEgressGateway ?? false;
  }

  /** VIPs that the host resolves to; none for a local name. */
  public get addresses(): string[] {
    return this.construct instanceof RemoteServiceEntry ? this.construct.addresses : [];
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
    return this.construct.node.path;
  }
}
