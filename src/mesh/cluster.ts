import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { addForwarding, addResolver, RemoteNames } from './cluster-dns';
import { ClusterExports } from './cluster-exports';
import { ClusterImports } from './cluster-imports';
import { ClusterNamespaces } from './cluster-namespaces';
import { addGatewayPolicies } from './cluster-network-policies';
import { addObservability, kialiFiles } from './cluster-observability';
import type { ClusterSettings } from './cluster-settings';
import type { ExportRegistry } from './export-registry';
import { ExportedService, ExportServiceOptions, ServiceToExport } from './exported-service';
import { ExportedStatefulSet, ExportStatefulSetOptions } from './exported-stateful-set';
import { ImportServicesOptions } from './import-services-options';
import { ImportedService, ImportServiceOptions } from './imported-service';
import { RetirementStep } from './retirement';
import { hasReached } from './retirement-order';
import { noteIstio } from '../checks/declarations';
import { ControlPlane } from '../control-plane/control-plane';
import { MeshNamespace, MeshNamespaceOptions } from '../control-plane/mesh-namespace';
import { DnsForwarding } from '../dns/dns-forwarding';
import { GitOps } from '../gitops/git-ops';
import { dialectOf } from '../istio/dialects';
import { emitStrictMtlsForCluster } from '../istio/receiver-rules';
import { GatewayAddress } from '../model/gateway-address';
import type { InstallFile } from '../model/install-file';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService } from '../model/remote-service';
import { NetworkPolicies } from '../network-policies/network-policies';
import { setCommonMetadata } from '../objects/common-metadata';
import { Mark } from '../objects/mark';
import { unwrittenOf, unwrittenScope } from '../objects/unwritten';
import { CacertsDelivery } from '../trust/cacerts-delivery';
import { MeshTrust } from '../trust/mesh-trust';

const CLUSTER = new Mark<true>('MeshCluster');

/** A cluster: one chart, one folder of manifests. It is a cdk8s `Chart`, so anything else can be added to it. */
export class MeshCluster extends Chart {
  /**
   * Whether something is a MeshCluster. `instanceof` cannot tell: cdk8s makes it true for every chart.
   * @param o anything
   * @returns true for a cluster of a mesh, also of another copy of this library
   */
  public static isMeshCluster(o: any): o is MeshCluster {
    return CLUSTER.isOn(o);
  }

  /**
   * Called by `Mesh.addCluster`.
   * @internal
   */
  public static _of(app: App, settings: ClusterSettings, registry: ExportRegistry): MeshCluster {
    return new MeshCluster(app, settings, registry);
  }

  private readonly settings: ClusterSettings;
  private readonly registry: ExportRegistry;
  private readonly forwarding: DnsForwarding;
  private readonly exportRegister: ClusterExports;
  private readonly importRegister: ClusterImports;
  private readonly namespaces: ClusterNamespaces;

  private constructor(app: App, settings: ClusterSettings, registry: ExportRegistry) {
    super(app, settings.name);
    CLUSTER.set(this, true);
    this.settings = settings;
    this.registry = registry;
    this.namespaces = new ClusterNamespaces(settings);
    const { istio, trust, gitOps, istioNamespace: namespace } = settings;
    setCommonMetadata(this, settings.metadata);
    noteIstio(this, {
      rootNamespace: namespace,
      gatewaysOfAnyNamespace: settings.gatewaysOfAnyNamespace || !dialectOf(istio).importsAreScoped,
    });
    if (gitOps && settings.controlPlane._requiredSettings.length === 0) {
      // The engine needs the namespace before it applies the CA, and nobody else creates it.
      this.namespaces.add(this.scopeUntil(RetirementStep.CA), namespace, { injection: false });
    }
    if (trust) {
      const { name: cluster, trustDomain } = settings;
      new CacertsDelivery(this.scopeUntil(RetirementStep.CA), 'mesh-cacerts', { istio, trust, cluster, namespace, trustDomain });
    }
    this.exportRegister = new ClusterExports(settings, registry, () => this.scopeUntil(RetirementStep.SERVICES));
    this.importRegister = new ClusterImports(settings, registry, () => this.scopeUntil(RetirementStep.SERVICES));
    // Alerts and a dashboard go with the services that they are about.
    addObservability(this.scopeUntil(RetirementStep.SERVICES), settings, this);
    // The resolver stays a step longer than what forwards names to it.
    addResolver(this.scopeUntil(RetirementStep.CONTROL_PLANE), settings, () => this.remoteNames());
    this.forwarding = addForwarding(this, settings, this._hasReached(RetirementStep.DNS));
    if (settings.strictMtls) {
      emitStrictMtlsForCluster(this.scopeUntil(RetirementStep.CONTROL_PLANE), dialectOf(istio).api, namespace);
    }
    if (settings.networkPolicies.isEnabled) {
      addGatewayPolicies(this.scopeUntil(RetirementStep.CONTROL_PLANE), settings, this.importRegister);
    }
  }

  /** Name of the cluster. */
  public get clusterName(): string {
    return this.settings.name;
  }

  /** Istio release of the cluster. */
  public get istio(): IstioRelease {
    return this.settings.istio;
  }

  /** Addresses at which other clusters reach the ingress gateway; empty when the cluster exports nothing. */
  public get ingressGateways(): GatewayAddress[] {
    return this.settings.ingressGateways;
  }

  /** Trust domain of the identities of the cluster. */
  public get trustDomain(): string {
    return this.settings.trustDomain;
  }

  /** Trust domains whose identities the cluster accepts as its own. */
  public get trustDomainAliases(): string[] {
    return this.settings.trustDomainAliases;
  }

  /** DNS domain of the cluster, such as `cluster.local`. */
  public get clusterDomain(): string {
    return this.settings.clusterDomain;
  }

  /** Locality of the cluster as region, region/zone or region/zone/subzone; undefined when it is not declared. */
  public get locality(): string | undefined {
    return this.settings.locality;
  }

  /** Namespace of the control plane. */
  public get istioNamespace(): string {
    return this.settings.istioNamespace;
  }

  /** Delivery of the CA; undefined when this library does not deliver it. */
  public get trust(): MeshTrust | undefined {
    return this.settings.trust;
  }

  /** Engine that applies the folder of the cluster; undefined when none is declared. */
  public get gitOps(): GitOps | undefined {
    return this.settings.gitOps;
  }

  /** Install values of the control plane. */
  public get controlPlane(): ControlPlane {
    return this.settings.controlPlane;
  }

  /**
   * Files outside the folder of the cluster: its install values, and those for the DNS of its platform.
   * @internal
   */
  public get _files(): InstallFile[] {
    const controlPlane = this._hasReached(RetirementStep.CA) ? [] : this.controlPlane.files();
    return [...controlPlane, ...this.forwarding.files(), ...kialiFiles(this.settings)];
  }

  /**
   * NetworkPolicies of the cluster.
   * @internal
   */
  public get _networkPolicies(): NetworkPolicies {
    return this.settings.networkPolicies;
  }

  /**
   * Revision of the control plane, as istiod names itself.
   * @internal
   */
  public get _revision(): string {
    return this.settings.revision ?? 'default';
  }

  /**
   * Whether the retirement of the cluster has reached a step.
   * @internal
   */
  public _hasReached(step: RetirementStep): boolean {
    return hasReached(step, this.settings.retire);
  }

  /**
   * Whether the folder of the cluster holds a namespace.
   * @internal
   */
  public _makes(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  /**
   * Objects that a step of the retirement removes from the folder of the cluster; none before the cluster has reached the step.
   * @internal
   */
  public _removedAt(step: RetirementStep): ApiObject[] {
    return unwrittenOf(this)?.node.tryFindChild(step)?.node.findAll().filter(ApiObject.isApiObject) ?? [];
  }

  /**
   * Imports that are about to be removed, by namespace and host.
   * @internal
   */
  public get _retiringImports(): ImportedService[] {
    return this._hasReached(RetirementStep.SERVICES) ? [] : this.importRegister.all.filter(({ _isRetiring }) => _isRetiring);
  }

  /** Imports of the cluster, by namespace and host. An import that retires is left out. */
  public get imports(): ImportedService[] {
    return this._hasReached(RetirementStep.SERVICES) ? [] : this.importRegister.all.filter(({ _isRetiring }) => !_isRetiring);
  }

  /** Exports of the cluster, by host: Services, and pods of StatefulSets. */
  public get exports(): ExportedService[] {
    return this._hasReached(RetirementStep.SERVICES) ? [] : this.exportRegister.all;
  }

  /**
   * Adds a namespace of the mesh. Namespaces are made only on request, save the one of the control plane of a cluster with
   * `gitOps`; no engine prunes a namespace unless a person confirms it.
   * @param name name of the namespace
   * @param options injection of sidecars, guard against pruning, Pod Security labels
   * @returns the namespace
   * @throws MESH001 for an invalid name, MESH006 for a namespace that was added before
   */
  public addNamespace(name: string, options: MeshNamespaceOptions = {}): MeshNamespace {
    return this.namespaces.add(this, name, options);
  }

  /**
   * Exports a Service, so that other clusters can import it.
   * @param name name of the Service
   * @param options namespace and ports of the Service, and who may call it
   * @returns the exported service, to pass to `importService` of other clusters
   * @throws MESH006 for a second export of the service, MESH011 when the cluster has no ingress gateway address, and the codes of
   * `ServiceExport`
   *
   * @example
   * const httpbin = cluster2.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
   */
  public exportService(name: string, options: ExportServiceOptions): ExportedService {
    return this.exportRegister.addService(name, options);
  }

  /**
   * Exports several Services. When one of them is refused, none is exported. In other languages than TypeScript, one call for many
   * Services also takes less time than many calls.
   * @param services names of the Services, each with the options of `exportService`
   * @returns the exports, in the order of the services
   * @throws MESH006 for a service that is listed twice, and the codes of `exportService`
   *
   * @example
   * const [httpbin, orders] = cluster2.exportServices([
   *   { name: 'httpbin', namespace: 'bar', ports: [ServicePort.http('http', 8000)] },
   *   { name: 'orders', namespace: 'shop', ports: [ServicePort.grpc('grpc', 9000)] },
   * ]);
   */
  public exportServices(services: ServiceToExport[]): ExportedService[] {
    return this.exportRegister.addServices(services);
  }

  /**
   * Exports the pods of a StatefulSet, each under a name of its own: other clusters call `db-0` as `db-0.db.<namespace>.<suffix>`. Each
   * pod gets a Service and a Gateway; the headless Service of the StatefulSet stays as it is, for callers of its own cluster.
   * @param name name of the StatefulSet
   * @param options namespace, ports and pods of the StatefulSet, and who may call them
   * @returns the pods as exported services
   * @throws MESH001 for names that are too long, MESH004 for no pods, MESH006 for a pod that is exported already, from whichever cluster,
   * or has the name of an exported Service, MESH008 on Istio 1.5, MESH011 when the cluster has no ingress gateway address, MESH077 for
   * too many pods and for ordinals that no pod has, and the codes of `ServiceExport`
   *
   * @example
   * const db = cluster2.exportStatefulSet('db', { namespace: 'data', replicas: 3, ports: [ServicePort.tcp('postgres', 5432)] });
   * cluster1.importServices(db.pods, { namespaces: ['foo'] });
   */
  public exportStatefulSet(name: string, options: ExportStatefulSetOptions): ExportedStatefulSet {
    return this.exportRegister.addStatefulSet(name, options);
  }

  /**
   * Imports a service of other clusters. Pods of the importing namespace call it as `<name>.<namespace>.<suffix>`; with
   * `ImportName.local()`, all pods of the cluster call it by its own name. When several clusters export the service, callers reach
   * all of them.
   * @param service service that `exportService` of another cluster returned, or a `RemoteService`
   * @param options the importing namespace, the name, the path and the policy of the import
   * @returns the import, with the host and the VIPs that callers use
   * @throws MESH001 for the namespace `*`, MESH004 without a namespace for the global name, MESH006 for a second import into the
   * namespace, MESH007 for a service of another mesh, MESH011 for an import through an egress gateway without one, MESH043 for a local
   * name in another namespace than that of the service, and the codes of `RemoteServiceEntry` and `LocalNameImport`
   *
   * @example
   * cluster1.importService(httpbin, { namespace: 'foo' });
   */
  public importService(service: IRemoteService, options: ImportServiceOptions): ImportedService {
    return this.importRegister.add(service, options);
  }

  /**
   * Imports several services, or into several namespaces, or both: one import for each service and namespace.
   * @param services services that `exportService` of other clusters returned, the pods of a StatefulSet, or services of a catalog
   * @param options the importing namespaces, and the options of every import
   * @returns the imports, service by service
   * @throws MESH001 for the namespace `*`, MESH004 for no services or namespaces, MESH006 for `namespace` beside `namespaces`, MESH009 for
   * `addresses` of several services, and the codes of `importService`
   *
   * @example
   * cluster1.importServices([httpbin, reviews], { namespaces: ['foo', 'shop'] });
   */
  public importServices(services: IRemoteService[], options: ImportServicesOptions): ImportedService[] {
    return this.importRegister.addAll(services, options);
  }

  /** Names that a resolver of the cluster answers: exports of the mesh, and imports of the cluster by the VIPs of the imports. */
  private remoteNames(): RemoteNames {
    return [...this.registry.announcedWith(this.settings.mesh.vips), ...this.imports.filter(({ usesLocalName }) => !usesLocalName)];
  }

  /**
   * Scope for constructs that are removed at a step of the retirement: the folder of the cluster, or once the cluster has
   * reached the step, a chart that is not written.
   */
  private scopeUntil(step: RetirementStep): Construct {
    if (!this._hasReached(step)) {
      return this;
    }
    const unwritten = unwrittenScope(this);
    return unwritten.node.tryFindChild(step) as Construct | undefined ?? new Construct(unwritten, step);
  }
}

