import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { duplicate, noGateway, noPath, otherMesh, sameName } from './cluster-mistakes';
import type { ClusterSettings } from './cluster-settings';
import { ControlPlane } from '../control-plane/control-plane';
import type { InstallFile } from '../model/install-file';
import { MeshNamespace, MeshNamespaceOptions } from '../control-plane/mesh-namespace';
import { DnsForwarding } from '../dns/dns-forwarding';
import { GlobalDns } from '../dns/global-dns';
import { GitOps } from '../gitops/git-ops';
import { IstioRelease } from '../model/istio-release';
import type { Mesh } from './mesh';
import { dnsLabel } from '../names';
import { RetirementStep } from './retirement';
import { checkedRetire, reached } from './retirement-order';
import { EgressListener, EgressRoute } from '../services/egress-route';
import { ExportedService, ExportServiceProps } from './exported-service';
import { GatewayAddress } from '../model/gateway-address';
import { ImportedService, ImportServiceProps } from './imported-service';
import { IRemoteService } from '../model/remote-service';
import { RemoteServiceEntry } from '../services/remote-service-entry';
import { ServiceExport } from '../services/service-export';
import { VersionRouting } from '../services/version-routing';
import { CacertsDelivery } from '../trust/cacerts-delivery';
import { MeshTrust } from '../trust/mesh-trust';

const CLUSTER = Symbol.for('cdk8s-istio-multicluster.MeshCluster');

/** A cluster: one chart, one folder of manifests. It is a cdk8s `Chart`, so anything else can be added to it. */
export class MeshCluster extends Chart {
  /**
   * Whether something is a MeshCluster. `instanceof` cannot tell: cdk8s answers it for every chart alike.
   * @param o anything
   */
  public static isMeshCluster(o: any): o is MeshCluster {
    return o !== null && typeof o === 'object' && CLUSTER in o;
  }

  /**
   * What `Mesh.addCluster` calls.
   * @internal
   */
  public static _of(scope: Construct, settings: ClusterSettings): MeshCluster {
    return new MeshCluster(scope, settings);
  }

  /** The mesh that it belongs to. */
  public readonly mesh: Mesh;
  /** Its name. */
  public readonly clusterName: string;
  /** Its Istio release. */
  public readonly istio: IstioRelease;
  /** Where other clusters reach its ingress gateway; empty when it exports nothing. */
  public readonly ingressGateways: GatewayAddress[];
  /** Its trust domain. */
  public readonly trustDomain: string;
  /** Trust domains whose identities it takes for its own. */
  public readonly trustDomainAliases: string[];
  /** Its DNS domain. */
  public readonly clusterDomain: string;
  /** Where it is, if that was said. */
  public readonly locality?: string;
  /** The namespace of its control plane. */
  public readonly istioNamespace: string;
  /** How its CA reaches it, if this library delivers it. */
  public readonly trust?: MeshTrust;
  /** What applies its folder, if that was said. */
  public readonly gitOps?: GitOps;
  /** Its control plane's install values. */
  public readonly controlPlane: ControlPlane;

  private readonly settings: ClusterSettings;
  private readonly forwarding: DnsForwarding;
  private readonly imported = new Map<string, ImportedService>();
  private readonly exported = new Map<string, ExportedService>();
  private readonly namespaces = new Set<string>();
  /**
   * What is in no folder any more, since the cluster retires: a clean-up still knows it.
   * @internal
   */
  public _gone?: Chart;

  private constructor(scope: Construct, settings: ClusterSettings) {
    super(scope, settings.name);
    Object.defineProperty(this, CLUSTER, { value: true });
    this.settings = settings;
    this.mesh = settings.mesh;
    this.clusterName = settings.name;
    this.istio = settings.istio;
    this.ingressGateways = settings.ingressGateways;
    this.trustDomain = settings.trustDomain;
    this.trustDomainAliases = settings.trustDomainAliases;
    this.clusterDomain = settings.clusterDomain;
    this.locality = settings.locality;
    this.istioNamespace = settings.istioNamespace;
    this.trust = settings.trust;
    this.controlPlane = settings.controlPlane;
    this.gitOps = settings.gitOps;
    // Whatever applies the folder must find the namespace of the CA, which nobody else would make.
    const { istio, clusterName: name, istioNamespace: namespace, trust } = this;
    if (settings.gitOps) {this.makeNamespace(this.until(RetirementStep.CA), namespace, { injection: false });}
    if (trust) {new CacertsDelivery(this.until(RetirementStep.CA), 'mesh-cacerts', { istio, trust, cluster: name, namespace });}
    this.forwarding = this.setUpDns(settings);
    if (settings.strictMtls) {istio._dialect.strictMtls(this.until(RetirementStep.CONTROL_PLANE), { name: 'default', namespace });}
  }

  /**
   * Files outside its folder: its install values, and those of its platform's DNS.
   * @internal
   */
  public get _files(): InstallFile[] {
    return [...this._hasReached(RetirementStep.CA) ? [] : this.controlPlane.files(), ...this.forwarding.files()];
  }

  /**
   * The revision of its control plane, as istiod names itself.
   * @internal
   */
  public get _revision(): string {
    return this.settings.revision ?? 'default';
  }

  /**
   * Whether its retirement has come to a step.
   * @internal
   */
  public _hasReached(step: RetirementStep): boolean {
    return reached(step, this.settings.retire);
  }

  /**
   * Whether its folder makes a namespace.
   * @internal
   */
  public _makes(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  /** What the cluster imports, by namespace and host; not what retires. */
  public get imports(): ImportedService[] {
    return this._hasReached(RetirementStep.SERVICES) ? [] : sorted(this.imported).filter(imported => !imported._retires);
  }

  /** What the cluster exports, by host. */
  public get exports(): ExportedService[] {
    return this._hasReached(RetirementStep.SERVICES) ? [] : sorted(this.exported);
  }

  /**
   * Makes a namespace that takes part in the mesh. Namespaces are made only here and for a cluster with `gitOps`, which needs
   * the one of its control plane; none is pruned unless somebody confirms it.
   * @throws MESH001 for an invalid name, MESH006 for one made before
   */
  public addNamespace(name: string, options: MeshNamespaceOptions = {}): MeshNamespace {
    return this.makeNamespace(this, name, options);
  }

  /**
   * Lets other clusters import a Service of this one.
   * @param name the name of the Service
   * @throws MESH011 when the cluster has no ingress gateway address, MESH006 for a second export of the service, and
   * what `ServiceExport` throws
   */
  public exportService(name: string, props: ExportServiceProps): ExportedService {
    const where = `${this.clusterName}.exportService('${name}')`;
    if (this.ingressGateways.length === 0) {
      throw noGateway(where, 'ingress', "ingressGateway: GatewayAddress.of('203.0.113.10')");
    }
    const service = ExportedService._of(this, name, props);
    if (this.exported.has(service.host)) {throw duplicate(where, 'a service exported twice', service.host);}
    const { istio, istioNamespace: gatewayNamespace, ingressGatewaySelector: gatewaySelector, clusterDomain, trustDomain } = this.settings;
    const scope = this.until(RetirementStep.SERVICES);
    wholly(scope, `export-${service.host}`, id => new ServiceExport(scope, id, {
      ...props, name, istio, gatewayNamespace, gatewaySelector, clusterDomain, trustDomain,
    }));
    this.exported.set(service.host, service);
    this.mesh._addExport(service);
    return service;
  }

  /**
   * Makes a service of other clusters callable in a namespace of this one, as `<name>.<namespace>.<suffix>`. When
   * several clusters export it, callers reach all of them.
   * @param service what `exportService` of another cluster returned, or a `RemoteService`
   * @throws MESH006 for a second import into the namespace, MESH007 for a service of another mesh, MESH011 for an egress
   * import without an egress gateway, and what `RemoteServiceEntry` and `VersionRouting` throw
   */
  public importService(service: IRemoteService, props: ImportServiceProps): ImportedService {
    const where = `${this.clusterName}.importService('${service.host}')`;
    this.refuseImport(where, service, props);
    const { istio, connectTimeout, vips } = this.settings;
    const egressGateway = props.via?.usesEgressGateway ? this.settings.egressGateway : undefined;
    const { addresses } = props;
    const retire = checkedRetire(props.retire, where);
    const common = { istio, service, importingCluster: this.clusterName, namespace: props.namespace };
    const key = importKey(props.namespace, service);
    const scope = this.until(RetirementStep.SERVICES);

    const entry = wholly(scope, `import-${key}`, id => {
      const made = new RemoteServiceEntry(scope, id, { ...common, connectTimeout, egressGateway, vips, addresses, retire });
      if (props.routing) {new VersionRouting(made, 'routing', { ...common, routing: props.routing });}
      return made;
    });
    if (egressGateway) {
      once(scope, 'egress-listener', id => new EgressListener(scope, id, { istio, egressGateway }));
      once(scope, `egress-${service.name}.${service.namespace}`, id => new EgressRoute(scope, id, { ...common, egressGateway, connectTimeout }));
    }
    const imported = ImportedService._of(entry, service, props, this.clusterName);
    this.imported.set(key, imported);
    return imported;
  }

  private makeNamespace(scope: Construct, name: string, options: MeshNamespaceOptions): MeshNamespace {
    if (this.namespaces.has(name)) {throw duplicate(`${this.clusterName}.addNamespace('${name}')`, 'a namespace made twice', name);}
    const { istio, revision } = this.settings;
    const namespace = wholly(scope, `namespace-${name}`, id => new MeshNamespace(scope, id, { ...options, istio, name, revision }));
    this.namespaces.add(name);
    return namespace;
  }

  /** The resolver stays a step longer than what sends names to it. */
  private setUpDns({ dns, globalDns, istio, istioNamespace: namespace, vips, mesh }: ClusterSettings): DnsForwarding {
    const zone = mesh.suffix;
    if (globalDns) {new GlobalDns(this.until(RetirementStep.CONTROL_PLANE), 'mesh-global-dns', { ...globalDns, istio, namespace, vips, zone, services: [] })._alsoKnow(() => this.remoteNames());}
    const resolvers = dns.resolvers.length > 0 ? dns.resolvers : globalDns ? [globalDns.clusterIp] : [];
    const platform = dns._with(resolvers);
    return new DnsForwarding(this, 'mesh-dns', { zone, dns: this._hasReached(RetirementStep.DNS) ? platform.withdrawn() : platform });
  }

  /** The names that a resolver of the cluster knows: what the mesh exports, and what the cluster imports, by the VIPs of the imports. */
  private remoteNames(): Array<{ readonly host: string; readonly addresses: string[] }> {
    return [...this.mesh.catalog()._services, ...this.imports];
  }

  /** Where goes what stays until a step of the retirement: into the cluster's folder, or nowhere once it has come to that step. */
  private until(step: RetirementStep): Construct {
    if (!this._hasReached(step)) {return this;}
    this._gone ??= new Chart(new App(), this.clusterName);
    return this._gone;
  }

  private refuseImport(where: string, service: IRemoteService, props: ImportServiceProps): void {
    dnsLabel(props.namespace, 'namespace', where);
    const twin = this.imported.get(importKey(props.namespace, service));
    if (twin) {
      const fix = twin.host === service.host
        ? 'remove one of them: one import reaches every cluster that exports the service'
        : 'import one of them into another namespace: objects are named by service and namespace';
      throw duplicate(where, `a service imported twice into namespace '${props.namespace}'`, [twin.host, service.host].join(', '), fix);
    }
    if (service instanceof ExportedService && service.cluster.mesh !== this.mesh) {throw otherMesh(where, service);}
    const impostor = service instanceof ExportedService ? undefined : service.exporters.find(exporter => exporter.cluster === this.clusterName);
    if (impostor && !sameGateways(impostor.gateways, this.ingressGateways)) {throw sameName(where, impostor);}
    if (props.via !== undefined && props.via.usesEgressGateway === undefined) {throw noPath(where, props.via);}
    if (props.via?.usesEgressGateway && !this.settings.egressGateway) {throw noGateway(where, 'egress', 'egressGateway: EgressGateway.service()');}
    if (props.routing) {VersionRouting._refuseHeaders(service, props.routing, where);}
  }
}

/** Adds a construct, or nothing at all when it throws: a mistake that is caught leaves no half behind. */
function wholly<T extends Construct>(scope: Construct, id: string, make: (id: string) => T): T {
  try {
    return make(id);
  } catch (error) {
    scope.node.tryRemoveChild(id);
    throw error;
  }
}

function sorted<T>(values: Map<string, T>): T[] {
  return [...values.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value);
}

/** Imports are told apart by what names their objects. */
function importKey(namespace: string, service: IRemoteService): string {
  return `${namespace}-${service.name}.${service.namespace}`;
}

function sameGateways(some: GatewayAddress[], others: GatewayAddress[]): boolean {
  const text = (gateways: GatewayAddress[]) => gateways.map(({ address, port }) => `${address} ${port}`).sort().join();
  return text(some) === text(others);
}

/** Adds a construct unless one of this id is there: what several imports share. */
function once(scope: Construct, id: string, add: (id: string) => Construct): void {
  if (!scope.node.tryFindChild(id)) {add(id);}
}
