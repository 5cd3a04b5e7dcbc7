import type { ClusterPriority } from './cluster-priority';
import type { EgressGateway } from './egress-gateway';
import type { ExportingCluster } from './exporting-cluster';
import type { ImportPolicy } from './import-policy';
import type { IRemoteService } from './remote-service';
import type { Routing } from './routing';

/**
 * An import: what the dialects render and what the checks read. An import can be declared before a second cluster exports
 * the service, so `exporters` and `addresses` are getters that are read at synth and never before.
 */
export interface ImportModel {
  /** The import, as errors name it. */
  readonly where: string;
  readonly service: IRemoteService;
  /** The importing namespace. */
  readonly namespace: string;
  /** Name of the importing cluster; undefined outside of a mesh, where nobody says it. */
  readonly importingCluster?: string;
  /** The other clusters whose gateways serve the import, by name. */
  readonly exporters: ExportingCluster[];
  /** The importing cluster, where it exports the service itself. */
  readonly ownExporter?: ExportingCluster;
  /** The VIPs of the host in the importing cluster. */
  readonly addresses: string[];
  /** The egress gateway that connections leave through; undefined when sidecars connect to the remote gateways. */
  readonly egressGateway?: EgressGateway;
  /** How callers reach the service; undefined for the defaults. */
  readonly policy?: ImportPolicy;
  /** Which cluster answers; undefined when the user does not say. */
  readonly priority?: ClusterPriority;
  /** Rules by which requests reach versions and clusters; undefined for any version and the order of the priority. */
  readonly routing?: Routing;
  /**
   * The service, where the specs of the import follow from the service, its VIPs and the namespace alone: every cluster that imports the
   * service in the same way has equal specs. Undefined for an import with options, and in a cluster that exports the service itself.
   */
  readonly soleSource?: IRemoteService;
}

/** An import under the service's own name: remote gateways as endpoints of the local Service. */
export interface LocalImportModel extends Omit<ImportModel, 'addresses'> {
  /** Host of the Service within the importing cluster. */
  readonly localHost: string;
  /** Whether the importing cluster gets the Service. */
  readonly createService: boolean;
  /** Labels that the Service selects by; undefined when nobody says. */
  readonly selector?: { [key: string]: string };
  /** Labels of versions that the importer names, or that the importing cluster's own export has. */
  readonly versionLabels?: { [version: string]: { [key: string]: string } };
  /** Names of target ports by the name of the port, where they are named. */
  readonly targetPorts: { [port: string]: string };
}

/** The way of all imports of one Service through an egress gateway: an SNI names the Service, and not who imports it. */
export interface EgressModel extends Pick<ImportModel, 'exporters' | 'policy' | 'priority'> {
  /** Name of the objects, without their prefix. */
  readonly name: string;
  /** What is imported: one service, or several under one name of a Service, for instance with different suffixes. */
  readonly services: IRemoteService[];
  readonly egressGateway: EgressGateway;
}

/** Whether an import under a local name has routes of its own. Without them callers follow the Service alone. */
export function hasLocalRoutes({ routing, policy, service }: Pick<LocalImportModel, 'routing' | 'policy' | 'service'>): boolean {
  const isRouted = policy?.timeout ?? policy?.retries ?? policy?.overrides?.httpRoute;
  return routing !== undefined || isRouted !== undefined && service.ports.some(({ isHttp }) => isHttp);
}
