import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { GatewayService } from '../model/gateway-service';
import type { InstallFile } from '../model/install-file';
import type { EgressGateway } from '../model/egress-gateway';
import type { IRemoteService, ServiceExporter } from '../model/remote-service';
import type { Routing } from '../model/routing';
import type { ServiceVersion } from '../model/service-version';

/** An import as a dialect sees it. What depends on other declarations is asked for at synth, never before. */
export interface ImportModel {
  readonly service: IRemoteService;
  /** The clusters whose gateways serve this import, by name. */
  readonly exporters: ServiceExporter[];
  /** The importing namespace. */
  readonly namespace: string;
  /** The VIPs of the host. */
  readonly addresses: string[];
  readonly egressGateway?: EgressGateway;
  readonly connectTimeout?: Duration;
}

/** What leaves through an egress gateway for one service. */
export interface EgressModel {
  readonly service: IRemoteService;
  readonly exporters: ServiceExporter[];
  readonly egressGateway: EgressGateway;
  readonly connectTimeout?: Duration;
}

/** Version routing of one import. */
export interface VersionRoutingModel {
  readonly service: IRemoteService;
  readonly exporters: ServiceExporter[];
  readonly namespace: string;
  readonly routing: Routing;
}

/** An export as a dialect sees it. */
export interface ExportModel {
  readonly name: string;
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly versions: ServiceVersion[];
  readonly gateway: { readonly namespace: string; readonly selector: { [key: string]: string } };
}

/** Who may call a workload, and whether only by mutual TLS. */
export interface WorkloadModel {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
}

/** What the install values of a cluster's control plane depend on. */
export interface ControlPlaneSettings {
  readonly cluster: string;
  readonly meshId: string;
  readonly istioNamespace: string;
  readonly clusterDomain: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  readonly revision?: string;
  /** The ingress gateway; undefined when the cluster exports nothing through one. */
  readonly ingressGateway?: { readonly service: GatewayService; readonly selector: { [key: string]: string } };
  readonly egressGateway?: EgressGateway;
  /** Whether sidecars answer for what they import. */
  readonly dnsCapture: boolean;
  /** Whether istiod and proxies follow a change of roots. */
  readonly followsRoots: boolean;
}

/** The sample workloads of the guide differ in image and port between releases. */
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
 * All that differs between Istio generations. Each method makes the objects of one guide step in the given scope; a
 * step that a generation does not need makes none.
 */
export interface Dialect {
  /** The generation, for messages: releases of one generation can share a mesh. */
  readonly generation: string;
  /** Whether namespaces can be pinned to a revision of the control plane. */
  readonly hasRevisions: boolean;
  /** Whether an import is visible to its own namespace alone, or to the whole cluster. */
  readonly importsAreScoped: boolean;
  /** The one DNS suffix that the generation knows; undefined when any will do. */
  readonly fixedSuffix?: string;
  /** Whether install values can describe the gateways' Services and namespace; the guide's values cannot. */
  readonly installsGatewayServices: boolean;
  /** Whether istiod reads a CA by the names that cert-manager gives its files. */
  readonly readsTlsSecrets: boolean;
  /** Whether istiod can trust two roots, so that one can take the place of the other. */
  readonly followsRoots: boolean;
  /** The guide's sample workloads. */
  readonly samples: SampleSettings;

  /** The SNI by which a gateway finds a port of a service. */
  sni(service: IRemoteService, port: number): string;
  /** "Configure application services": the entry for a remote service in the importing namespace. */
  remoteServiceEntry(scope: Construct, model: ImportModel): ApiObject;
  /** "Send remote traffic via an egress gateway": what the gateway's own namespace needs. */
  egressRoute(scope: Construct, model: EgressModel): void;
  /** The egress gateway's listener, once for each gateway. */
  egressListener(scope: Construct, gateway: EgressGateway): void;
  /** "Version-aware routing to remote services": the caller's side. */
  versionRouting(scope: Construct, model: VersionRoutingModel): void;
  /** The receiver's side of an export. */
  serviceExport(scope: Construct, model: ExportModel): void;
  /** Lets only these principals call a workload. */
  allowCallers(scope: Construct, workload: WorkloadModel, principals: string[]): void;
  /** Lets only mutual TLS reach a workload, or every workload of the mesh when there is no selector. */
  strictMtls(scope: Construct, place: { readonly name: string; readonly namespace: string; readonly selector?: { [key: string]: string } }): void;
  /** "Deploy the Istio control plane": install values, for files outside the cluster folder. */
  installFiles(settings: ControlPlaneSettings): InstallFile[];
  /** The command that installs the control plane from its values file. */
  installCommand(file: string): string;
  /** The command that removes it again. */
  uninstallCommand(file: string): string;
}
