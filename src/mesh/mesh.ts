import { App } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { MeshCluster } from './cluster';
import { addCleanup, noteClusterFacts } from './cluster-cleanup';
import { addEngineObjects } from './cluster-gitops';
import { MeshClusterOptions } from './cluster-options';
import { clusterSettings } from './cluster-settings';
import { ExportRegistry } from './export-registry';
import { ExportedService } from './exported-service';
import { refuseHardening } from './hardening';
import { ImportedService } from './imported-service';
import { meshProblems, meshWarnings } from './mesh-checks';
import { MESH_PROPS, MeshProps, REPLICATE_SERVICE_OPTIONS, ReplicateServiceOptions } from './mesh-options';
import { CatalogedMesh, ServiceCatalog } from '../catalog/catalog';
import { CleanupOptions } from '../cleanup/cleanup';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { inCall } from '../errors/problem';
import { addCheck, addWarnings } from '../errors/reports';
import { GitOps } from '../gitops/git-ops';
import { refusePolicyOf } from '../istio/import-policies';
import { refuseSuffix } from '../istio/mix';
import { DEFAULT_CLUSTER_DOMAIN, refuseTakenSuffix } from '../model/dns-suffix';
import { ImportName } from '../model/import-name';
import { ImportPolicy, splitPolicy } from '../model/import-policy';
import { IstioRelease } from '../model/istio-release';
import type { WantedMetadata } from '../model/object-metadata';
import { VipRange } from '../model/vip-range';
import { dnsLabel, dnsName, domainName } from '../names';
import type { KialiPeer } from '../observability/kiali';
import type { ObservabilityOptions } from '../observability/mesh-observability';
import { checkedOptions, checkedProps } from '../options/checked';
import { RESERVED_FOLDERS } from '../output/folder-names';
import { isFolderChart } from '../output/folders';
import { MeshTrust } from '../trust/mesh-trust';

/**
 * Istio mesh of clusters that each run their own control plane and are joined by gateways and a shared root CA.
 * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/
 *
 * @example
 * const app = new MeshApp();
 * const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
 */
export class Mesh extends Construct {
  /** Istio release of clusters that name none. */
  public readonly istio: IstioRelease;
  /** Name of the mesh. */
  public readonly meshId: string;
  /** DNS suffix of the hosts of remote services, which are `<name>.<namespace>.<suffix>`. */
  public readonly suffix: string;
  /** Trust domain of clusters that name none. */
  public readonly trustDomain: string;
  /** DNS domain of clusters that name none. */
  public readonly clusterDomain: string;
  /** Range that VIPs of imports are taken from, in clusters that name no range. */
  public readonly vips: VipRange;
  /** Policy of imports that say nothing, in clusters that say nothing; undefined for the defaults of the library. */
  public readonly importDefaults?: ImportPolicy;
  /** Delivery of the CA to clusters that name none; undefined when this library does not deliver it. */
  public readonly trust?: MeshTrust;
  /** GitOps engine of clusters that name none; undefined when none is declared. */
  public readonly gitOps?: GitOps;
  /** Whether options that protect the mesh have their strict values where nobody sets them. */
  public readonly hardened: boolean;
  /** Clean-up that is written for each cluster; undefined when none is. */
  public readonly cleanup?: CleanupOptions;
  /** Catalogs of other repositories that import from the mesh. */
  public readonly consumers: ServiceCatalog[];

  /**
   * Alerts and dashboard of clusters that name none.
   * @internal
   */
  public readonly _observability?: ObservabilityOptions;
  /**
   * Labels and annotations of all objects.
   * @internal
   */
  public readonly _metadata: WantedMetadata;
  /**
   * What Kiali in other clusters shows of each cluster, by name.
   * @internal
   */
  public readonly _kialis = new Map<string, KialiPeer>();
  private readonly byName = new Map<string, MeshCluster>();
  private readonly registry = new ExportRegistry();

  /**
   * Adds a mesh to an app. It has no clusters yet: `addCluster` adds them.
   * @param scope the app; the charts of the clusters are added to it
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the release, and the settings that all clusters share
   * @throws MESH001 for invalid names and domains, MESH008 for a missing release, or a suffix other than `global`, `hardened` or
   * `importDefaults` on Istio 1.5, the codes of a policy for `importDefaults` that Istio refuses, MESH044 for a suffix whose hosts
   * would take names that mean something else
   */
  public constructor(scope: Construct, id: string, props: MeshProps) {
    super(scope, id);
    const where = `Mesh '${id}'`;
    const checked = checkedProps(MESH_PROPS, this, props);
    this.istio = checked.istio;
    refusePolicyOf(this.istio, checked.importDefaults, undefined, `${where}: importDefaults`);
    this.importDefaults = checked.importDefaults;
    this.meshId = dnsLabel(checked.meshId ?? 'mesh1', 'mesh ID', where);
    this.suffix = domainName(checked.suffix ?? 'global', 'DNS suffix', where);
    this.trustDomain = dnsName(checked.trustDomain ?? 'cluster.local', 'trust domain', where);
    this.clusterDomain = domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    this.vips = checked.vips ?? VipRange.ipv4();
    this.trust = checked.trust;
    this.gitOps = checked.gitOps;
    this.cleanup = checked.cleanup;
    this.hardened = checked.hardened ?? false;
    this._observability = checked.observability;
    this._metadata = { labels: checked.labels, annotations: checked.annotations };
    this.consumers = [...checked.consumers ?? []];
    refuseSuffix(checked.istio, this.suffix, where);
    refuseHardening(checked.istio, this.hardened, where);
    refuseTakenSuffix(this.suffix, [], where);
    addCheck(this, () => meshProblems(this.view));
    addWarnings(this, () => meshWarnings(this.view));
  }

  /** Clusters of the mesh, by name. */
  public get clusters(): MeshCluster[] {
    return [...this.byName.values()].sort((a, b) => a.clusterName < b.clusterName ? -1 : 1);
  }

  /**
   * Adds a cluster to the mesh. The cluster is a chart directly under the app, and its manifests are written into a folder of its name.
   * @param name name of the cluster, an RFC 1123 label
   * @param props what differs from the other clusters: gateways, DNS, trust, domains
   * @returns the cluster, whose methods export and import services
   * @throws MESH001 for an invalid name, MESH006 for a name that is in use, MESH008 for a release that cannot share a mesh with the
   * release of the mesh, MESH037 for objects that would have the name of another cluster's objects in the hub of Flux
   *
   * @example
   * const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
   */
  public addCluster(name: string, props: MeshClusterOptions = {}): MeshCluster {
    const where = inCall('addCluster', name);
    dnsLabel(name, 'cluster name', where);
    const app = App.of(this);
    if (this.byName.has(name) || app.node.tryFindChild(name) || RESERVED_FOLDERS.includes(name)) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE,
        where,
        what: RESERVED_FOLDERS.includes(name)
          ? `'${name}' is the name of a folder for install values, an engine or clean-ups`
          : `a cluster or chart '${name}' exists already`,
        fix: 'choose another name: the cluster names its folder',
      });
    }
    const settings = clusterSettings(this, name, props);
    try {
      const cluster = MeshCluster._of(app, settings, this.registry);
      noteClusterFacts(cluster);
      if (this.cleanup) {
        addCleanup(cluster, this.cleanup);
      }
      if (settings.gitOps) {
        addEngineObjects(cluster, settings.gitOps, this.cleanup?.argoCdHook ?? false);
      }
      this.byName.set(name, cluster);
      const { istioNamespace: namespace, observability } = settings;
      this._kialis.set(name, { cluster: name, namespace, url: observability?.kialiUrl });
      return cluster;
    } catch (error) {
      // A program that catches the error finds the app as it was, without the cluster and the charts beside it.
      const isOfCluster = (child: IConstruct) => child.node.id === name || isFolderChart(child) && child.madeFor === name;
      app.node.children.filter(isOfCluster).forEach(child => app.node.tryRemoveChild(child.node.id));
      throw error;
    }
  }

  /**
   * Replicates a service that several clusters run: each of them exports it, and imports it from the others under its own name. A
   * caller reaches local pods first, and other clusters when these fail.
   * @param name name of the Service, which exists in each of the clusters
   * @param options the clusters, and the options of each export and import
   * @returns the imports, in the order of the clusters
   * @throws MESH004 for fewer than two clusters, and the codes of `exportService` and `importService`
   *
   * @example
   * const ports = [ServicePort.http('http', 8000)];
   * mesh.replicateService('api', { namespace: 'back', ports, workloadSelector: { app: 'api' }, clusters: [cluster1, cluster2] });
   */
  public replicateService(name: string, options: ReplicateServiceOptions): ImportedService[] {
    const where = inCall('replicateService', name);
    const checked = checkedOptions(REPLICATE_SERVICE_OPTIONS, options, where);
    const { clusters, priority, via, routing, selector, targetPorts, ...rest } = checked;
    const [policy, exported] = splitPolicy(rest);
    if (clusters.length < 2) {
      throw new MeshError({
        code: MeshErrorCode.EMPTY,
        where,
        what: 'a replicated service needs at least two clusters',
        got: clusters.map(({ clusterName }) => clusterName),
        fix: 'use exportService and importService where only one cluster runs the service',
      });
    }
    // A local name needs the Service itself, so the default of a hardened mesh cannot hold.
    const onlyExportedPorts = exported.onlyExportedPorts ?? (this.hardened ? false : undefined);
    const services = clusters.map(cluster => cluster.exportService(name, { ...exported, onlyExportedPorts }));
    const importName = ImportName.local({ selector, targetPorts });
    const imported = { ...policy, name: importName, priority, via, routing, retire: checked.retire };
    return clusters.map((cluster, i) => cluster.importService(services[i], imported));
  }

  /**
   * Returns the cluster of a name.
   * @param name name of the cluster
   * @returns the cluster that `addCluster` returned
   * @throws MESH007 for a name that no cluster of the mesh has
   */
  public cluster(name: string): MeshCluster {
    const cluster = this.byName.get(name);
    if (cluster) {
      return cluster;
    }
    throw new MeshError({
      code: MeshErrorCode.UNKNOWN,
      where: inCall('cluster', name),
      what: 'the mesh has no cluster of this name',
      got: name,
      expected: this.clusters.map(({ clusterName }) => clusterName).join(', ') || undefined,
      fix: 'add the cluster with addCluster first, or correct the name',
    });
  }

  /**
   * Returns the catalog of the mesh for other repositories: its exports, with their VIPs, and its imports from elsewhere.
   * @returns the catalog of what is declared so far
   */
  public catalog(): ServiceCatalog {
    return ServiceCatalog._of(this.cataloged);
  }

  /**
   * The text of the catalog. The checks of the mesh found no problem.
   * @internal
   */
  public get _catalogText(): string {
    return ServiceCatalog._textOf(this.cataloged);
  }

  private get cataloged(): CatalogedMesh {
    const { meshId, suffix, istio } = this;
    const imports = this.clusters.flatMap(({ clusterName, imports: all }) => all
      .filter(({ service }) => !(service instanceof ExportedService))
      .map(({ service, namespace, servedBy }) => ({ service, exporters: servedBy, importedBy: `${clusterName}/${namespace}` })));
    return { meshId, suffix, istio, services: this.registry.announcedWith(this.vips), imports };
  }

  /** The mesh as its checks read it. */
  private get view() {
    const { meshId, suffix, clusters, consumers, registry } = this;
    return { meshId, suffix, clusters, consumers, registry };
  }
}
