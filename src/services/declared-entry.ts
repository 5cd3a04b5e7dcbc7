import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { DeclaredImport } from '../checks/declarations';
import { dialectOf } from '../istio/dialects';
import type { ClusterPriority } from '../model/cluster-priority';
import type { EgressGateway } from '../model/egress-gateway';
import type { ExportingCluster } from '../model/exporting-cluster';
import type { ImportModel } from '../model/import-model';
import type { ImportPolicy } from '../model/import-policy';
import type { IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService, ownExporterOf } from '../model/remote-service';
import type { Routing } from '../model/routing';
import type { VipRange } from '../model/vip-range';

/** What a program says of an import. */
interface EntryProps extends Pick<ImportModel, 'service' | 'namespace' | 'egressGateway' | 'priority' | 'routing'> {
  readonly istio: IstioRelease;
  /** Name of the importing cluster; undefined when every exporter is an endpoint. */
  readonly importingCluster?: string;
}

/**
 * Import of a `RemoteServiceEntry`, as the dialects and the checks read it. It is a class and not an object with getters, because a large
 * mesh has 100,000 imports, and each object with getters takes functions of its own.
 */
export class DeclaredEntry implements DeclaredImport {
  public readonly service: IRemoteService;
  public readonly namespace: string;
  public readonly egressGateway?: EgressGateway;
  public readonly priority?: ClusterPriority;
  public readonly routing?: Routing;
  public readonly isScoped: boolean;
  public readonly importingCluster?: string;

  /**
   * @param construct construct that declares the import
   * @param range range of the VIPs where neither the import nor the service names any
   * @param chosenAddresses VIPs that the import names
   */
  public constructor(
    private readonly construct: Construct,
    props: EntryProps,
    public readonly policy: ImportPolicy | undefined,
    private readonly range: VipRange,
    private readonly chosenAddresses: string[],
  ) {
    this.service = props.service;
    this.namespace = props.namespace;
    this.egressGateway = props.egressGateway;
    this.priority = props.priority;
    this.routing = props.routing;
    this.isScoped = dialectOf(props.istio).importsAreScoped;
    this.importingCluster = props.importingCluster;
  }

  public get where(): string {
    return `import of ${this.service.host} into ${Chart.of(this.construct).node.id}/${this.namespace}`;
  }

  public get path(): string {
    return this.construct.node.path;
  }

  public get addresses(): string[] {
    const named = [this.chosenAddresses, this.service.addresses].find(({ length }) => length > 0);
    return named ?? this.range.addressesOf(this.service.host);
  }

  public get exporters(): ExportingCluster[] {
    return exportersFor(this.service, this.importingCluster);
  }

  public get ownExporter(): ExportingCluster | undefined {
    return ownExporterOf(this.service, this.importingCluster);
  }

  public get soleSource(): IRemoteService | undefined {
    const { service, policy, priority, routing, egressGateway, importingCluster } = this;
    if (policy || priority || routing || egressGateway) {
      return undefined;
    }
    const { exporters } = service;
    return exporters.length > 0 && exporters.every(({ cluster }) => cluster !== importingCluster) ? service : undefined;
  }
}
