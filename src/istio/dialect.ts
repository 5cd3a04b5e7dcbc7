import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ApiVersions } from './istio-object';
import type { ControlPlaneModel } from '../model/control-plane-model';
import type { EgressGateway } from '../model/egress-gateway';
import type { ExportModel } from '../model/export-model';
import type { ExportingCluster } from '../model/exporting-cluster';
import type { EgressModel, ImportModel, LocalImportModel } from '../model/import-model';
import type { InstallFile } from '../model/install-file';
import type { IRemoteService } from '../model/remote-service';
import type { RequiredSetting } from '../model/required-setting';

/** Images, ports and labels of the sample workloads of the guide. They differ between releases. */
export interface SampleSettings {
  readonly sleepImage: string;
  readonly sleepCommand: string[];
  readonly sleepGracePeriodSeconds?: number;
  readonly sleepLabels: { [key: string]: string };
  readonly httpbinImage: string;
  readonly httpbinPort: number;
  /** User for pods that must not run as root: the images name their users, and give no numbers; undefined where images need root. */
  readonly restrictedUser?: number;
  /** Labels of the Services, in addition to `app`. */
  readonly serviceLabels: (name: string) => { [key: string]: string };
}

/**
 * Differences between generations of Istio. Each method adds the objects of one step of the guide to the given scope, or none
 * where the generation does not need the step.
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
  /** Whether only the importing namespace sees an import; otherwise the whole cluster sees it. */
  readonly importsAreScoped: boolean;
  /** Whether a service can be imported under its own name. */
  readonly importsLocalNames: boolean;
  /** Whether an import can have a policy, and rules by more than versions and headers. */
  readonly hasImportPolicies: boolean;
  /** Only DNS suffix that the generation supports; undefined when any suffix works. */
  readonly fixedSuffix?: string;
  /** Whether install values can describe the Services and the namespace of gateways. */
  readonly installsGatewayServices: boolean;
  /** Whether istiod reads a CA from the keys `tls.crt`, `tls.key` and `ca.crt` of a secret, as cert-manager writes it. */
  readonly readsTlsSecrets: boolean;
  /** Whether install values can leave out `istio-reader`, which reads the API server for control planes of other clusters. */
  readonly hasReaderSwitch: boolean;
  /** Whether NetworkPolicies and the strict defaults of a hardened mesh are known for the generation. */
  readonly canBeHardened: boolean;
  /** Whether istiod can trust two roots, so that one root can replace the other without a failed request. */
  readonly followsRoots: boolean;
  /** Settings of the sample workloads of the guide. */
  readonly samples: SampleSettings;

  /** Returns the SNI by which a gateway finds a port of a service. */
  sni(service: IRemoteService, port: number): string;
  /**
   * "Configure application services" and "Version-aware routing to remote services": adds the ServiceEntry of a remote service to
   * `entryScope`, and the rules of the import to `scope`. Returns the ServiceEntry.
   */
  remoteServiceEntry(scope: Construct, model: ImportModel, entryScope: Construct): ApiObject;
  /** Adds the Service and the rules of an import under the service's own name. */
  localNameRules(scope: Construct, model: LocalImportModel): void;
  /** Adds the entries of remote gateways of an import under the service's own name, for the exporters that are declared so far. */
  localNameEntries(entryScope: Construct, model: LocalImportModel): void;
  /** Adds the gateway of a remote cluster whose address is a hostname. A cluster needs it once. */
  remoteGateway(scope: Construct, namespace: string, exporter: ExportingCluster): void;
  /** "Send remote traffic via an egress gateway": adds the objects of one service to the namespace of the egress gateway. */
  egressRoute(scope: Construct, model: EgressModel): void;
  /** Adds the listener of an egress gateway. A gateway needs it once. */
  egressListener(scope: Construct, gateway: EgressGateway): void;
  /** Adds the objects of an export to the exporting cluster. */
  serviceExport(scope: Construct, model: ExportModel): void;
  /** "Deploy the Istio control plane": returns the install values, which are written outside the folder of the cluster. */
  installFiles(model: ControlPlaneModel): InstallFile[];
  /** Returns the settings that an Istio of somebody else must have. */
  requiredSettings(model: ControlPlaneModel): RequiredSetting[];
  /** Returns the command that installs the control plane from its IstioOperator file. */
  installCommand(file: string): string;
  /** Returns the command that uninstalls the control plane by its IstioOperator file. */
  uninstallCommand(file: string): string;
}
