import { ApiObject } from 'cdk8s';
import { exportersFor } from './export-registry';
import { ImportPath } from '../model/import-path';
import { IRemoteService, ServiceExporter } from '../model/remote-service';
import { RemoteServiceEntry } from '../services/remote-service-entry';
import { Routing } from '../model/routing';

/** An import into a namespace of a cluster. */
export interface ImportServiceProps {
  /** The importing namespace: on supported releases no other sees the service. */
  readonly namespace: string;

  /**
   * The way to the remote gateway.
   * @default - ImportPath.direct()
   */
  readonly via?: ImportPath;

  /**
   * Which versions callers reach; the export must declare them.
   * @default - any version, by the load balancing of the receiving cluster
   */
  readonly routing?: Routing;

  /**
   * VIPs for the host in this cluster.
   * @default - those of the export, or from the cluster's range
   */
  readonly addresses?: string[];

  /**
   * Whether it is about to go: the entry by which callers find it is left out, and the rules that protect their traffic
   * stay until the next commit removes the import.
   * @default false
   */
  readonly retire?: boolean;
}

/** A remote service as a namespace of a cluster calls it. */
export class ImportedService {
  /** @internal */
  public static _of(entry: RemoteServiceEntry, service: IRemoteService, props: ImportServiceProps, cluster: string): ImportedService {
    return new ImportedService(entry, service, props, cluster);
  }

  /** The host by which callers reach it. */
  public readonly host: string;
  /** The importing namespace. */
  public readonly namespace: string;
  /** The ServiceEntry. */
  public readonly serviceEntry: ApiObject;
  /** What is imported. */
  public readonly service: IRemoteService;
  /** Whether traffic leaves through the egress gateway. */
  public readonly usesEgressGateway: boolean;

  /**
   * Whether it is about to go.
   * @internal
   */
  public readonly _retires: boolean;

  private readonly entry: RemoteServiceEntry;
  private readonly cluster: string;

  private constructor(entry: RemoteServiceEntry, service: IRemoteService, props: ImportServiceProps, cluster: string) {
    this.entry = entry;
    this.service = service;
    this.cluster = cluster;
    this.host = service.host;
    this.namespace = props.namespace;
    this.serviceEntry = entry.serviceEntry;
    this._retires = props.retire ?? false;
    this.usesEgressGateway = props.via?.usesEgressGateway ?? false;
  }

  /** The VIPs that the host resolves to. */
  public get addresses(): string[] { return this.entry.addresses; }

  /** The names of the clusters that serve it. */
  public get servedBy(): string[] { return this._exporters.map(exporter => exporter.cluster); }

  /** @internal */
  public get _exporters(): ServiceExporter[] { return exportersFor(this.service, this.cluster); }
}
