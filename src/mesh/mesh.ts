import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshCluster } from './cluster';
import { addCleanup, noteClusterFacts } from './cluster-cleanup';
import { addEngineObjects } from './cluster-gitops';
import { MeshClusterOptions } from './cluster-options';
import { clusterSettings } from './cluster-settings';
import { ExportRegistry } from './export-registry';
import { ExportedService, ExportServiceOptions } from './exported-service';
import { ImportedService } from './imported-service';
import { meshProblems, meshWarnings } from './mesh-checks';
import { ServiceCatalog } from '../catalog/catalog';
import { CleanupOptions } from '../cleanup/cleanup';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { addCheck, addWarnings } from '../errors/reports';
import { GitOps } from '../gitops/git-ops';
import { refuseSuffix } from '../istio/mix';
import { ClusterPriority } from '../model/cluster-priority';
import { ImportName } from '../model/import-name';
import { ImportPath } from '../model/import-path';
import { IstioRelease } from '../model/istio-release';
import { Routing } from '../model/routing';
import { VipRange } from '../model/vip-range';
import { dnsLabel, dnsName } from '../names';
import { RESERVED_FOLDERS } from '../output/folders';
import { MeshTrust } from '../trust/mesh-trust';

/** What holds for the whole mesh. */
export interface MeshProps {
  /** The Istio release of its clusters. It has no default: an upgrade of this package never changes manifests by itself. */
  readonly istio: IstioRelease;

  /**
   * The name of the mesh.
   * @default "mesh1"
   */
  readonly meshId?: string;

  /**
   * What follows `<name>.<namespace>.` in the hosts of remote services. `.global` is a public top-level domain: a name
   * that no sidecar captures leaks out to public DNS, so a suffix of your own is the safer choice.
   * @default "global" - as in the guide, and the only one on Istio 1.5
   */
  readonly suffix?: string;

  /**
   * The trust domain of clusters that name none.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * The DNS domain of clusters that name none.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * Where VIPs come from in clusters that name no range.
   * @default - VipRange.ipv4(), 240.0.0.0/4
   */
  readonly vips?: VipRange;

  /**
   * How the CA of each cluster, an intermediate of one root, reaches it through Git.
   * @default - not by this library: give each cluster its secret cacerts before istiod first starts
   */
  readonly trust?: MeshTrust;

  /**
   * What applies the folders to the clusters. Its objects are written into a folder of their own.
   * @default - nothing is made for an engine: the folders suit each of them
   */
  readonly gitOps?: GitOps;

  /**
   * Writes for each cluster what removes from it all that was made here: a Job, and the same as a script.
   * @default - none
   */
  readonly cleanup?: CleanupOptions;

  /**
   * Catalogs of other repositories that import from this mesh: no step of a retirement may cut them.
   * @default - other repositories are not known, and not asked
   */
  readonly consumers?: ServiceCatalog[];
}

/** A service that several clusters run under one name. */
export interface ReplicateServiceOptions extends ExportServiceOptions {
  /** Clusters that run the service; at least two. */
  readonly clusters: MeshCluster[];

  /**
   * Which cluster answers.
   * @default ClusterPriority.localFirst()
   */
  readonly priority?: ClusterPriority;

  /**
   * Path to remote gateways.
   * @default - ImportPath.direct()
   */
  readonly via?: ImportPath;

  /**
   * Versions that callers reach.
   * @default - any version
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

/**
 * An Istio mesh of clusters that each run their own control plane, joined by gateways and one root of trust.
 * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/
 */
export class Mesh extends Construct {
  /** The release of clusters that name none. */
  public readonly istio: IstioRelease;
  /** The name of the mesh. */
  public readonly meshId: string;
  /** What follows `<name>.<namespace>.` in the hosts of remote services. */
  public readonly suffix: string;
  /** The trust domain of clusters that name none. */
  public readonly trustDomain: string;
  /** The DNS domain of clusters that name none. */
  public readonly clusterDomain: string;
  /** Where VIPs come from in clusters that name no range. */
  public readonly vips: VipRange;
  /** How the CA of clusters that say nothing else reaches them. */
  public readonly trust?: MeshTrust;
  /** What applies the folders of clusters that say nothing else. */
  public readonly gitOps?: GitOps;
  /** How what was made is removed from clusters, if that is written. */
  public readonly cleanup?: CleanupOptions;
  /** Catalogs of other repositories that import from it. */
  public readonly consumers: ServiceCatalog[];

  private readonly byName = new Map<string, MeshCluster>();
  private readonly registry = new ExportRegistry();

  /**
   * @throws MESH001 for invalid names and domains
   * @throws MESH008 for a suffix other than `global` on Istio 1.5
   */
  public constructor(scope: Construct, id: string, props: MeshProps) {
    super(scope, id);
    const where = `Mesh '${id}'`;
    if (!props.istio) {
      throw new MeshError({
        code: MeshErrorCode.RELEASE, where, what: 'no Istio release', got: props.istio, expected: 'the release of its clusters', fix: 'add istio: IstioRelease.V1_31',
      });
    }
    this.istio = props.istio;
    this.meshId = dnsLabel(props.meshId ?? 'mesh1', 'mesh ID', where);
    this.suffix = dnsName(props.suffix ?? 'global', 'DNS suffix', where);
    this.trustDomain = dnsName(props.trustDomain ?? 'cluster.local', 'trust domain', where);
    this.clusterDomain = dnsName(props.clusterDomain ?? 'cluster.local', 'cluster domain', where);
    this.vips = props.vips ?? VipRange.ipv4();
    this.trust = props.trust;
    this.gitOps = props.gitOps;
    this.cleanup = props.cleanup;
    this.consumers = [...props.consumers ?? []];
    refuseSuffix(props.istio, this.suffix, where);
    addCheck(this, () => meshProblems(this.view));
    addWarnings(this, () => meshWarnings(this.view));
  }

  /** The clusters of the mesh, by name. */
  public get clusters(): MeshCluster[] {
    return [...this.byName.values()].sort((a, b) => a.clusterName < b.clusterName ? -1 : 1);
  }

  /**
   * Adds a cluster: a chart of its own, directly under the app, so that its folder carries its name.
   * @param name an RFC 1123 label
   * @throws MESH001 for an invalid name, MESH006 for a name that is taken, MESH008 when 1.5 and a supported release would mix
   */
  public addCluster(name: string, props: MeshClusterOptions = {}): MeshCluster {
    const where = `addCluster('${name}')`;
    dnsLabel(name, 'cluster name', where);
    const app = App.of(this);
    if (this.byName.has(name) || app.node.tryFindChild(name) || RESERVED_FOLDERS.includes(name)) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE,
        where,
        what: RESERVED_FOLDERS.includes(name) ? 'a name that is taken by a folder of install values, an engine or clean-ups' : 'a cluster or chart of this name exists',
        got: name,
        expected: 'a name of its own, since it names a folder',
        fix: 'choose another name',
      });
    }
    const settings = clusterSettings(this, name, props);
    const before = new Set(app.node.children);
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
      return cluster;
    } catch (error) {
      // A mistake that is caught leaves nothing behind, neither the cluster nor the folders beside it.
      app.node.children.filter(child => !before.has(child)).forEach(child => app.node.tryRemoveChild(child.node.id));
      throw error;
    }
  }

  /**
   * Replicates a service that several clusters run: each of them exports it, and imports it from the others under its own name. A
   * caller reaches local pods first, and other clusters when these fail.
   * @param name name of the Service, which exists in each of the clusters
   * @returns the imports, in the order of the clusters
   * @throws MESH004 for fewer than two clusters, and what `exportService` and `importService` throw
   *
   * @example
   * mesh.replicateService('api', { namespace: 'back', ports: [ServicePort.http('http', 8000)], workloadSelector: { app: 'api' }, clusters });
   */
  public replicateService(name: string, options: ReplicateServiceOptions): ImportedService[] {
    const { clusters, priority, via, routing, selector, targetPorts, ...exported } = options;
    if (clusters.length < 2) {
      throw new MeshError({
        code: MeshErrorCode.EMPTY,
        where: `replicateService('${name}')`,
        what: 'fewer clusters than a replicated service needs',
        got: clusters.map(({ clusterName }) => clusterName),
        expected: 'at least two clusters',
        fix: 'use exportService and importService where only one cluster runs the service',
      });
    }
    const services = clusters.map(cluster => cluster.exportService(name, exported));
    const importName = ImportName.local({ selector, targetPorts });
    return clusters.map(
      (cluster, i) => cluster.importService(services[i], { name: importName, priority, via, routing, retire: options.retire }),
    );
  }

  /**
   * A cluster by its name.
   * @throws MESH007 when the mesh has none of that name
   */
  public cluster(name: string): MeshCluster {
    const cluster = this.byName.get(name);
    if (cluster) {
      return cluster;
    }
    throw new MeshError({
      code: MeshErrorCode.UNKNOWN,
      where: `cluster('${name}')`,
      what: 'unknown cluster',
      got: name,
      expected: this.clusters.map(c => c.clusterName).join(', ') || 'a cluster that was added before',
      fix: 'add it with addCluster, or correct the name',
    });
  }

  /** What other repositories may know of the mesh: its exports, with the VIPs that every importer agrees on. */
  public catalog(): ServiceCatalog {
    const imports = this.clusters.flatMap(cluster => cluster.imports.map(({ service, namespace, servedBy }) => ({
      service, exporters: servedBy, importedBy: `${cluster.clusterName}/${namespace}`,
    })));
    const foreign = imports.filter(({ service }) => !(service instanceof ExportedService));
    return ServiceCatalog._of(this.meshId, this.suffix, this.istio, this.registry.announcedWith(this.vips), foreign);
  }

  /** The mesh as its checks read it. */
  private get view() {
    const { meshId, suffix, clusters, consumers, registry } = this;
    return { meshId, suffix, clusters, consumers, registry };
  }
}
