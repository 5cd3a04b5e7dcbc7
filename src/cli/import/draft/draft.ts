import type { CommonDraft } from './common-metadata';
import type { Manifest } from '../../../written/manifest';
import type { PortFacts } from '../facts/entry-facts';
import type { Expression } from '../program/expression';

/** Address of a gateway. */
export interface GatewayDraft {
  readonly address: string;
  readonly port: number;
}

/** Cluster of the mesh that a program declares. */
export interface ClusterDraft {
  readonly name: string;
  readonly gateways: readonly GatewayDraft[];
  readonly gatewayNamespace?: string;
  readonly gatewaySelector?: { readonly [key: string]: string };
  readonly istioNamespace: string;
  readonly egress?: EgressDraft;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly clusterDomain: string;
  readonly locality?: string;
  readonly strictMtls: boolean;
  /** Resolvers of the stub domain of the guide, and the whole content with it. */
  readonly stubDomain?: { readonly resolvers: readonly string[]; readonly current?: string };
  readonly comments: readonly string[];
}

/** Egress gateway of a cluster. */
export interface EgressDraft {
  /** ClusterIP; undefined where the gateway is reached by the name of its Service. */
  readonly clusterIp?: string;
  readonly name: string;
  readonly namespace: string;
  readonly selector?: { readonly [key: string]: string };
}

/** Version of a service in a cluster. */
export interface VersionDraft {
  readonly name: string;
  /** Labels of its pods; undefined where a rule of the user's own defines the version. */
  readonly labels?: { readonly [key: string]: string };
}

/** Caller that an export accepts. */
export type CallerDraft = { readonly any: true } | {
  readonly namespace: string; readonly account?: string; readonly trustDomain: string;
};

/** Cluster that exports a service. */
export interface ExporterDraft {
  readonly cluster: string;
  readonly gateways: readonly GatewayDraft[];
  readonly serviceAccount?: string;
  readonly trustDomain?: string;
  readonly locality?: string;
  readonly versions: readonly VersionDraft[];
  readonly workloadSelector?: { readonly [key: string]: string };
  readonly podPorts?: { readonly [port: string]: string };
  readonly onlyExportedPorts: boolean;
  readonly allow?: readonly CallerDraft[];
  readonly strictMtls: boolean;
  readonly retire: boolean;
  readonly comments: readonly string[];
}

/** Service that clusters export. */
export interface ServiceDraft {
  readonly name: string;
  readonly namespace: string;
  readonly subdomain?: string;
  readonly suffix: string;
  /** Host that callers used so far. */
  readonly host: string;
  readonly clusterDomain: string;
  readonly ports: readonly PortFacts[];
  readonly addresses: readonly string[];
  readonly exporters: readonly ExporterDraft[];
  /** Whether a cluster that is not imported exports it: it is then a RemoteService. */
  readonly isForeign: boolean;
}

/** Import under the service's own name. */
export interface LocalDraft {
  readonly createService: boolean;
  readonly selector?: { readonly [key: string]: string };
  readonly versionLabels?: { readonly [version: string]: { readonly [key: string]: string } };
  readonly targetPorts?: { readonly [port: string]: string };
}

/** Import of a service into a namespace of a cluster. */
export interface ImportDraft {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: ServiceDraft;
  readonly viaEgress: boolean;
  readonly local?: LocalDraft;
  readonly addresses: readonly string[];
  readonly priority?: Expression;
  readonly routing?: Expression;
  /** Options of the policy, by name. */
  readonly policy: { readonly [option: string]: Expression };
  readonly retire: boolean;
  readonly comments: readonly string[];
  /** Objects whose meaning the import holds. */
  readonly sources: readonly Manifest[];
}

/** Everything that a program declares. */
export interface MeshDraft {
  readonly release: string;
  readonly suffix: string;
  readonly common: CommonDraft;
  readonly clusters: readonly ClusterDraft[];
  readonly services: readonly ServiceDraft[];
  readonly imports: readonly ImportDraft[];
  /** Replicated services, by host: each of their clusters exports the service and imports it under its own name. */
  readonly replicated: ReadonlySet<ServiceDraft>;
}
