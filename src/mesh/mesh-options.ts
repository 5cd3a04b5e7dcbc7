import { MeshCluster } from './cluster';
import { EXPORT_SERVICE_OPTIONS, ExportServiceOptions } from './exported-service';
import { SERVICE_CATALOG, ServiceCatalog } from '../catalog/catalog';
import { CLEANUP_OPTIONS, CleanupOptions } from '../cleanup/cleanup';
import { GIT_OPS, GitOps } from '../gitops/git-ops';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { IMPORT_PATH, ImportPath } from '../model/import-path';
import { IMPORT_POLICY, ImportPolicy } from '../model/import-policy';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { ROUTING, Routing } from '../model/routing';
import { VIP_RANGE, VipRange } from '../model/vip-range';
import { OBSERVABILITY_OPTIONS, ObservabilityOptions } from '../observability/mesh-observability';
import { flag, instance, list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';
import { MESH_TRUST, MeshTrust } from '../trust/mesh-trust';

/** Settings of a mesh. */
export interface MeshProps {
  /** Istio release of the clusters. It has no default, so that an upgrade of this package never changes the release. */
  readonly istio: IstioRelease;

  /**
   * Name of the mesh.
   * @default "mesh1"
   */
  readonly meshId?: string;

  /**
   * DNS suffix of the hosts of remote services, which are `<name>.<namespace>.<suffix>`. `.global` is also a public top-level
   * domain: a query that no sidecar answers reaches public DNS. A subdomain of your own is safer.
   * @default "global" - the suffix of the guide, and the only one that Istio 1.5 knows
   */
  readonly suffix?: string;

  /**
   * Trust domain of clusters that name none.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * DNS domain of clusters that name none, such as `cluster.local`.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * Range that VIPs of imports are taken from, in clusters that name no range.
   * @default - VipRange.ipv4(), 240.0.0.0/4
   */
  readonly vips?: VipRange;

  /**
   * Policy of imports, option by option where an import, its namespace and its cluster say nothing. What only HTTP has does not apply to
   * other protocols.
   * @default - none
   */
  readonly importDefaults?: ImportPolicy;

  /**
   * Delivery of the CA of each cluster, an intermediate of one root, through Git.
   * @default - the library delivers no CA: create the secret cacerts in each cluster before istiod first starts
   */
  readonly trust?: MeshTrust;

  /**
   * GitOps engine that applies the folders to the clusters. Objects for the engine are written into a separate folder.
   * @default - no objects for an engine are written; any engine can apply the folders
   */
  readonly gitOps?: GitOps;

  /**
   * Clean-up of each cluster: a Job and a script that remove the objects of this library from it.
   * @default - no clean-up is written
   */
  readonly cleanup?: CleanupOptions;

  /**
   * Whether options that protect the mesh have their strict values where nobody sets them: `strictMtls`, `networkPolicies` and `readerRbac`
   * of clusters, and `onlyExportedPorts` of exports. Each export must name `serviceAccount` (or say `anyServer`), `allow` and
   * `workloadSelector`. An option with a value of its own keeps it. Istio 1.5 does not support it.
   * @default false
   */
  readonly hardened?: boolean;

  /**
   * Catalogs of other repositories that import from the mesh. A step of a retirement that would cut one of their imports is refused.
   * @default - imports of other repositories are not checked
   */
  readonly consumers?: ServiceCatalog[];

  /**
   * Alerts for Prometheus and a dashboard for Grafana, about the traffic to other clusters. The cluster needs the CRDs of the Prometheus
   * operator. Istio 1.5 does not support it, since its metrics are others.
   * @default - no alerts and no dashboard
   */
  readonly observability?: ObservabilityOptions;

  /**
   * Labels of all objects of this library, beside `app.kubernetes.io/managed-by: cdk8s-istio-multicluster` and
   * `app.kubernetes.io/part-of: <meshId>`. Objects that others write to get none. Istio 1.5 does not support it.
   * @default - no others
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of all objects of this library. Objects that others write to get none. Istio 1.5 does not support it.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

export const MESH_PROPS = schema<MeshProps>({
  istio: required(ISTIO_RELEASE),
  meshId: optional(text),
  suffix: optional(text),
  trustDomain: optional(text),
  clusterDomain: optional(text),
  vips: optional(VIP_RANGE),
  importDefaults: optional(IMPORT_POLICY),
  trust: optional(MESH_TRUST),
  gitOps: optional(GIT_OPS),
  cleanup: optional(CLEANUP_OPTIONS),
  hardened: optional(flag),
  consumers: optional(list(SERVICE_CATALOG)),
  observability: optional(OBSERVABILITY_OPTIONS),
  labels: optional(mapOf(text)),
  annotations: optional(mapOf(text)),
});

/** Service that several clusters run under one name. */
export interface ReplicateServiceOptions extends ExportServiceOptions, ImportPolicy {
  /** Clusters that run the service; at least two. */
  readonly clusters: MeshCluster[];

  /**
   * Order in which clusters answer.
   * @default ClusterPriority.localFirst()
   */
  readonly priority?: ClusterPriority;

  /**
   * Path to remote gateways.
   * @default - ImportPath.direct()
   */
  readonly via?: ImportPath;

  /**
   * Rules by which requests reach versions and clusters.
   * @default - any version, and the clusters in the order of `priority`
   */
  readonly routing?: Routing;

  /**
   * Labels that the Service selects its pods by.
   * @default - the selector of the Service, where it stands in the same chart; else `workloadSelector`
   */
  readonly selector?: { [key: string]: string };

  /**
   * Names of target ports, by the name of the port.
   * @default - those of the Service, where it stands in the same chart; else target ports are numbers
   */
  readonly targetPorts?: { [port: string]: string };
}

export const REPLICATE_SERVICE_OPTIONS = schema<ReplicateServiceOptions>({
  ...EXPORT_SERVICE_OPTIONS.options,
  ...IMPORT_POLICY.options,
  clusters: required(list(instance(MeshCluster, { write: "mesh.addCluster('cluster1')" }))),
  priority: optional(CLUSTER_PRIORITY),
  via: optional(IMPORT_PATH),
  routing: optional(ROUTING),
  selector: optional(mapOf(text)),
  targetPorts: optional(mapOf(text)),
});
