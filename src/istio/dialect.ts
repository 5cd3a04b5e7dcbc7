import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ApiVersions } from './istio-object';
import type { ControlPlaneModel } from '../model/control-plane-model';
import type { EgressGateway } from '../model/egress-gateway';
import type { ExportModel } from '../model/export-model';
import type { EgressModel, ImportModel, LocalImportModel, RoutingModel } from '../model/import-model';
import type { InstallFile } from '../model/install-file';
import type { ExportingCluster, IRemoteService } from '../model/remote-service';

/** Images, ports and labels of the guide's sample workloads, which differ between releases. */
export interface SampleSettings {
  readonly sleepImage: string;
  readonly sleepCommand: string[];
  readonly sleepGracePeriodSeconds?: number;
  readonly sleepLabels: { [key: string]: string };
  readonly httpbinImage: string;
  readonly httpbinPort: number;
  /** Labels on the Services beside `app`. */
  readonly serviceLabels: (name: string) => { [key: string]: string };
}

/**
 * Everything that differs between generations of Istio. Each method makes the objects of one step of the guide in the given
 * scope; a step that a generation does not need makes none.
 */
export interface Dialect {
  /** Name of the generation, for messages: releases of one generation can share a mesh. */
  readonly generation: string;
  /** API versions of the objects. */
  readonly api: ApiVersions;
  /** Whether a namespace can name the revision of the control plane that injects its sidecars. */
  readonly hasRevisions: boolean;
  /** Whether the control plane comes with a DNS server for the names of remote services (istiocoredns). */
  readonly bringsDnsServer: boolean;
  /** Whether only the importing namespace sees an import, or the whole cluster does. */
  readonly importsAreScoped: boolean;
  /** Whether a service can be imported under its own name. */
  readonly importsLocalNames: boolean;
  /** The one DNS suffix that the generation knows; undefined when any suffix works. */
  readonly fixedSuffix?: string;
  /** Whether install values can describe the Services and the namespace of gateways; those of the guide cannot. */
  readonly installsGatewayServices: boolean;
  /** Whether istiod reads a CA by the file names of cert-manager. */
  readonly readsTlsSecrets: boolean;
  /** Whether istiod can trust two roots, so that one root can replace the other without a failed request. */
  readonly followsRoots: boolean;
  /** The guide's sample workloads. */
  readonly samples: SampleSettings;

  /** SNI by which a gateway finds a port of a service. */
  sni(service: IRemoteService, port: number): string;
  /** "Configure application services": the entry for a remote service in the importing namespace, made in `entryScope`. */
  remoteServiceEntry(scope: Construct, model: ImportModel, entryScope: Construct): ApiObject;
  /**
   * An import under the service's own name. `scope` gets the Service and the rules, `entryScope` the entries of remote gateways,
   * which depend on what is declared so far.
   */
  localNameRules(scope: Construct, model: LocalImportModel): void;
  localNameEntries(entryScope: Construct, model: LocalImportModel): void;
  /** The gateway of a remote cluster that is known by a hostname, once for each cluster. */
  remoteGateway(scope: Construct, namespace: string, exporter: () => ExportingCluster, cluster: string): void;
  /** "Send remote traffic via an egress gateway": what the namespace of the egress gateway needs for one service. */
  egressRoute(scope: Construct, model: EgressModel): void;
  /** The listener of an egress gateway, once for each gateway. */
  egressListener(scope: Construct, gateway: EgressGateway): void;
  /** "Version-aware routing to remote services": the caller's side. */
  versionRouting(scope: Construct, model: RoutingModel): void;
  /** The receiver's side of an export. */
  serviceExport(scope: Construct, model: ExportModel): void;
  /** "Deploy the Istio control plane": install values, for files outside the folder of the cluster. */
  installFiles(model: ControlPlaneModel): InstallFile[];
  /** Command that installs the control plane from its IstioOperator file. */
  installCommand(file: string): string;
  /** Command that uninstalls the control plane by its IstioOperator file. */
  uninstallCommand(file: string): string;
}
