import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ControlPlane } from './control-plane/control-plane';
import { GatewayService } from './control-plane/gateway-service';
import { MeshNamespace, MeshNamespaceOptions } from './control-plane/mesh-namespace';
import { VipRange } from './dns/vip-range';
import { IstioRelease } from './istio/release';
import type { Mesh } from './mesh';
import { MeshError, MeshErrorCode } from './mesh-error';
import { checkedLocality, dnsLabel, dnsName, labels, objectName } from './names';
import { EgressGateway } from './services/egress-gateway';
import { EgressListener, EgressRoute } from './services/egress-route';
import { ExportedService, ExportServiceProps } from './services/exported-service';
import { GatewayAddress } from './services/gateway-address';
import { ImportedService, ImportServiceProps } from './services/imported-service';
import { IRemoteService } from './services/remote-service';
import { RemoteServiceEntry } from './services/remote-service-entry';
import { ServiceExport } from './services/service-export';
import { VersionRouting } from './services/version-routing';

const CLUSTER = Symbol.for('cdk8s-istio-multicluster.MeshCluster');

/** A cluster of a mesh. */
export interface MeshClusterProps {
  /**
   * Its Istio release, where clusters are upgraded one by one.
   * @default - that of the mesh
   */
  readonly istio?: IstioRelease;

  /**
   * Where other clusters reach its ingress gateway. A load balancer gets its address when it is installed: leave this
   * out until then, give `ingressGatewayService`, and install from the values; exports come after.
   * @default - none: the cluster exports nothing
   */
  readonly ingressGateway?: GatewayAddress;

  /**
   * The same, for a gateway with several addresses. Give one of the two.
   * @default - `ingressGateway`
   */
  readonly ingressGateways?: GatewayAddress[];

  /**
   * The labels of the ingress gateway's pods.
   * @default - { istio: "ingressgateway" }
   */
  readonly ingressGatewaySelector?: { [key: string]: string };

  /**
   * The Service in front of the ingress gateway, for the install values.
   * @default - GatewayService.loadBalancer()
   */
  readonly ingressGatewayService?: GatewayService;

  /**
   * The egress gateway, for imports through it.
   * @default - none
   */
  readonly egressGateway?: EgressGateway;

  /**
   * The namespace of the control plane and the ingress gateway.
   * @default "istio-system"
   */
  readonly istioNamespace?: string;

  /**
   * The revision of the control plane; not on Istio 1.5.
   * @default - the default revision
   */
  readonly revision?: string;

  /**
   * The trust domain of its identities.
   * @default - that of the mesh
   */
  readonly trustDomain?: string;

  /**
   * Trust domains whose identities it takes for its own; name those of other clusters that differ.
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Its DNS domain.
   * @default - that of the mesh
   */
  readonly clusterDomain?: string;

  /**
   * Where it is, as region, region/zone or region/zone/subzone: callers prefer exporters near them.
   * @default - unknown
   */
  readonly locality?: string;

  /**
   * Where the VIPs of its imports come from.
   * @default - the range of the mesh
   */
  readonly vips?: VipRange;

  /**
   * How long a connection from here to the gateway of another cluster may take, TLS handshake included.
   * @default - 1 second where several clusters export the service, Istio's 10 seconds otherwise
   */
  readonly connectTimeout?: Duration;

  /**
   * Whether every workload of the cluster refuses plain text.
   * @default false - Istio's own default, PERMISSIVE
   */
  readonly strictMtls?: boolean;
}

/**
 * What `addCluster` makes a cluster of.
 * @internal
 */
export interface ResolvedClusterProps extends MeshClusterProps {
  readonly istio: IstioRelease;
  readonly mesh: Mesh;
}

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
  public static _of(scope: Construct, name: string, props: ResolvedClusterProps): MeshCluster {
    return new MeshCluster(scope, name, props);
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
  /** Its control plane's install values. */
  public readonly controlPlane: ControlPlane;

  private readonly settings: ResolvedClusterProps;
  private readonly istioNamespace: string;
  private readonly imported = new Map<string, ImportedService>();
  private readonly exported = new Map<string, ExportedService>();
  private readonly namespaces = new Set<string>();

  private constructor(scope: Construct, id: string, props: ResolvedClusterProps) {
    super(scope, id);
    Object.defineProperty(this, CLUSTER, { value: true });
    const where = `addCluster('${id}')`;
    this.settings = props;
    this.mesh = props.mesh;
    this.clusterName = id;
    this.istio = props.istio;
    this.ingressGateways = ingressGateways(props, where).map(gateway => atNodePort(gateway, props.ingressGatewayService));
    this.istioNamespace = dnsLabel(props.istioNamespace ?? 'istio-system', 'namespace', where);
    this.trustDomain = dnsName(props.trustDomain ?? props.mesh.trustDomain, 'trust domain', where);
    this.trustDomainAliases = [...props.trustDomainAliases ?? []];
    this.clusterDomain = dnsName(props.clusterDomain ?? props.mesh.clusterDomain, 'cluster domain', where);
    this.locality = props.locality === undefined ? undefined : checkedLocality(props.locality, where);
    labels(props.ingressGatewaySelector ?? { istio: 'ingressgateway' }, 'ingressGatewaySelector', where);
    this.controlPlane = new ControlPlane({
      ...props,
      cluster: id,
      meshId: props.mesh.meshId,
      trustDomain: this.trustDomain,
      // A load balancer has no address before it is installed: asking for its Service is enough to get the gateway.
      ingressGateway: this.ingressGateways.length > 0 || props.ingressGatewayService !== undefined,
    });
    if (props.strictMtls) {this.istio._dialect.strictMtls(this, { name: 'default', namespace: this.istioNamespace });}
  }

  /** What the cluster imports, by namespace and host. */
  public get imports(): ImportedService[] {
    return [...this.imported.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value);
  }

  /** What the cluster exports, by host. */
  public get exports(): ExportedService[] {
    return [...this.exported.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value);
  }

  /**
   * Makes a namespace that takes part in the mesh. Namespaces are made only here, and are never pruned.
   * @throws MESH001 for an invalid name, MESH006 for one made before
   */
  public addNamespace(name: string, options: MeshNamespaceOptions = {}): MeshNamespace {
    if (this.namespaces.has(name)) {throw duplicate(`${this.clusterName}.addNamespace('${name}')`, 'a namespace made twice', name);}
    const namespace = new MeshNamespace(this, `namespace-${name}`, { ...options, istio: this.istio, name, revision: this.settings.revision });
    this.namespaces.add(name);
    return namespace;
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
    new ServiceExport(this, `export-${objectName(name, props.namespace)}`, {
      ...props,
      name,
      istio: this.istio,
      gatewayNamespace: this.istioNamespace,
      gatewaySelector: this.settings.ingressGatewaySelector,
      clusterDomain: this.clusterDomain,
      trustDomain: this.trustDomain,
    });
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
    const key = `${props.namespace}/${service.host}`;
    const egressGateway = props.via?.usesEgressGateway ? this.settings.egressGateway : undefined;
    if (props.via !== undefined && props.via.usesEgressGateway === undefined) {throw noPath(where, props.via);}
    if (this.imported.has(key)) {throw duplicate(where, `a service imported twice into namespace '${props.namespace}'`, service.host, 'remove one of them: one import reaches every cluster that exports the service');}
    if (service instanceof ExportedService && service.cluster.mesh !== this.mesh) {throw otherMesh(where, service);}
    if (props.via?.usesEgressGateway && !egressGateway) {throw noGateway(where, 'egress', 'egressGateway: EgressGateway.service()');}
    dnsLabel(props.namespace, 'namespace', where);

    const common = { istio: this.istio, service, importingCluster: this.clusterName, namespace: props.namespace };
    const { connectTimeout } = this.settings;
    const id = `import-${objectName(service.name, service.namespace)}-into-${props.namespace}`;
    const entry = new RemoteServiceEntry(this, id, {
      ...common, connectTimeout, egressGateway, addresses: props.addresses, vips: this.settings.vips ?? this.mesh.vips,
    });
    if (props.routing) {new VersionRouting(entry, 'routing', { ...common, routing: props.routing });}
    if (egressGateway) {
      once(this, 'egress-listener', scoped => new EgressListener(this, scoped, { istio: this.istio, egressGateway }));
      once(this, `egress-${service.host}`, scoped => new EgressRoute(this, scoped, { ...common, egressGateway, connectTimeout }));
    }
    const imported = ImportedService._of(entry, service, props, this.clusterName);
    this.imported.set(key, imported);
    return imported;
  }
}

function ingressGateways(props: ResolvedClusterProps, where: string): GatewayAddress[] {
  const bad = [props.ingressGateway, ...props.ingressGateways ?? []].find(gateway => gateway !== undefined && gateway?.address === undefined);
  if (bad !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_ADDRESS, where, what: 'something that is no GatewayAddress', got: bad, expected: 'a GatewayAddress', fix: "write GatewayAddress.of('203.0.113.10')",
    });
  }
  if (props.ingressGateways === undefined) {return props.ingressGateway ? [props.ingressGateway] : [];}
  if (props.ingressGateway === undefined && props.ingressGateways.length > 0) {return props.ingressGateways;}
  throw new MeshError({
    code: props.ingressGateway ? MeshErrorCode.DUPLICATE : MeshErrorCode.EMPTY,
    where,
    what: props.ingressGateway ? 'both ingressGateway and ingressGateways' : 'no address in ingressGateways',
    got: props.ingressGateways.map(gateway => gateway.address),
    expected: 'ingressGateway, or ingressGateways with at least one address',
    fix: 'leave out what does not apply; a cluster without exports needs neither',
  });
}

/** A gateway behind node ports is reached at its node port, unless something in front of it has a port of its own. */
function atNodePort(gateway: GatewayAddress, service: GatewayService | undefined): GatewayAddress {
  const port = service?._tlsNodePort;
  return port === undefined || gateway._portWasChosen ? gateway : GatewayAddress.of(gateway.address, { port });
}

/** Adds a construct unless one of this id is there: what several imports share. */
function once(scope: Construct, id: string, add: (id: string) => Construct): void {
  if (!scope.node.tryFindChild(id)) {add(id);}
}

function duplicate(where: string, what: string, got: string, fix = 'remove one of them'): MeshError {
  return new MeshError({ code: MeshErrorCode.DUPLICATE, where, what, got, expected: 'one declaration', fix });
}

function noPath(where: string, got: unknown): MeshError {
  return new MeshError({
    code: MeshErrorCode.NO_GATEWAY, where, what: 'something that is no ImportPath', got, expected: 'an ImportPath', fix: 'write ImportPath.direct() or ImportPath.egressGateway()',
  });
}

function noGateway(where: string, kind: string, fix: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.NO_GATEWAY, where, what: `the cluster has no ${kind} gateway`, got: undefined, expected: `an ${kind} gateway`, fix: `add to addCluster: ${fix}`,
  });
}

function otherMesh(where: string, service: ExportedService): MeshError {
  return new MeshError({
    code: MeshErrorCode.UNKNOWN,
    where,
    what: 'a service of another mesh',
    got: `${service.cluster.mesh.node.path}/${service.cluster.clusterName}`,
    expected: 'a service that a cluster of this mesh exports',
    fix: 'add both clusters to one mesh: without a common root they do not trust each other',
  });
}
