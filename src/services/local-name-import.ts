import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredLocalImport } from '../checks/declarations';
import { ownVersionLabels, selectorOf, targetPortsOf } from '../checks/local-names';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { refuseImport } from '../istio/import-policies';
import { refuseMix } from '../istio/mix';
import { CLUSTER_PRIORITY, ClusterPriority } from '../model/cluster-priority';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { EGRESS_GATEWAY, EgressGateway } from '../model/egress-gateway';
import { LOCAL_NAME_OPTIONS, LocalNameOptions } from '../model/import-name';
import { IMPORT_POLICY, ImportPolicy, policyIn } from '../model/import-policy';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { exportersFor, IRemoteService, ownExporterOf, REMOTE_SERVICE } from '../model/remote-service';
import { ROUTING, Routing } from '../model/routing';
import { domainName, localHost } from '../names';
import { unwrittenScope } from '../objects/unwritten';
import { checkedProps } from '../options/checked';
import { flag, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Import of a remote service under its own name. */
export interface LocalNameImportProps extends LocalNameOptions, ImportPolicy {
  /** Release of the importing cluster. */
  readonly istio: IstioRelease;

  /** Service that is imported. */
  readonly service: IRemoteService;

  /**
   * Name of the importing cluster, whose own export of the service is left out.
   * @default - every exporter is an endpoint
   */
  readonly importingCluster?: string;

  /**
   * DNS domain of the importing cluster.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * Which cluster answers.
   * @default ClusterPriority.localFirst()
   */
  readonly priority?: ClusterPriority;

  /**
   * Versions that callers reach.
   * @default - any version
   */
  readonly routing?: Routing;

  /**
   * Egress gateway that connections leave through, by its clusterIP; add an `EgressRoute` for it.
   * @default - sidecars connect to the remote gateways themselves
   */
  readonly egressGateway?: EgressGateway;

  /**
   * Whether the import is about to be removed: the entries of remote gateways are left out, and the rules stay until the next
   * commit.
   * @default false
   */
  readonly retire?: boolean;
}

export const LOCAL_NAME_IMPORT_PROPS = schema<LocalNameImportProps>({
  ...LOCAL_NAME_OPTIONS.options,
  ...IMPORT_POLICY.options,
  istio: required(ISTIO_RELEASE),
  service: required(REMOTE_SERVICE),
  importingCluster: optional(text),
  clusterDomain: optional(text),
  priority: optional(CLUSTER_PRIORITY),
  routing: optional(ROUTING),
  egressGateway: optional(EGRESS_GATEWAY),
  retire: optional(flag),
});

/**
 * A remote service under its own name: WorkloadEntries make the gateways of other clusters endpoints of the local Service, and a
 * DestinationRule prefers local pods. Callers keep `http://api.back:8000`; there is no VIP, no DNS and no SNI rule. Exporters whose
 * gateway is known by a hostname also need a `RemoteGateway`.
 */
export class LocalNameImport extends Construct {
  /** Host by which callers reach the service. */
  public readonly host: string;

  private readonly props: LocalNameImportProps;
  private readonly model: DeclaredLocalImport;

  /**
   * Adds the import of one service under its own name.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the service, and what the importing cluster knows of it
   * @throws MESH001 for an invalid domain or a host of more than 253 characters, MESH002 for an egress gateway without a clusterIP,
   * MESH008 on Istio 1.5, MESH012 for a routing by headers without HTTP, MESH043 for a pod of a StatefulSet
   */
  public constructor(scope: Construct, id: string, props: LocalNameImportProps) {
    super(scope, id);
    const checked = checkedProps(LOCAL_NAME_IMPORT_PROPS, this, props);
    this.props = checked;
    const { istio, service, egressGateway, importingCluster, priority, routing } = checked;
    const chart = Chart.of(scope);
    const where = `import of ${service.name}.${service.namespace} into ${chart.node.id} under its own name`;
    refuseRelease(istio, where);
    if (service.istio) {
      refuseMix(istio, service.istio, where);
    }
    const policy = policyIn(checked);
    refuseImport(istio, service, policy, routing, where);
    refuseHostname(egressGateway, where);
    refusePod(service, where);
    const declared = checkedDeclarations(this);
    const { name, namespace } = service;
    const clusterDomain = domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    this.host = domainName(localHost({ name, namespace, clusterDomain }), 'host', where);
    this.model = {
      where,
      service,
      namespace,
      egressGateway,
      policy,
      importingCluster,
      priority,
      routing,
      localHost: this.host,
      createService: checked.createService ?? false,
      get versionLabels() {
        return { ...checked.versionLabels, ...ownVersionLabels(declared, service) };
      },
      path: this.node.path,
      get exporters() {
        return exportersFor(service, importingCluster);
      },
      get ownExporter() {
        return ownExporterOf(service, importingCluster);
      },
      get selector() {
        return checked.selector ?? selectorOf(declared, service);
      },
      get targetPorts() {
        return checked.targetPorts ?? targetPortsOf(declared, service);
      },
    };
    dialectOf(istio).localNameRules(this, this.model);
    this._refreshEntries();
    if (!checked.retire) {
      declared.localImports.push(this.model);
    }
    if (routing) {
      declared.routings.push({ where: where, path: this.node.path, imported: this.model, routing });
    }
  }

  /**
   * Makes the entries of the exporters that are declared by now. `MeshCluster` calls it when another cluster exports the service.
   * @internal
   */
  public _refreshEntries(): void {
    const home = this.props.retire ? unwrittenScope(Chart.of(this)) : this;
    const id = this.props.retire ? this.node.path.replace(/\//g, ' ') : 'entries';
    home.node.tryRemoveChild(id);
    dialectOf(this.props.istio).localNameEntries(new Construct(home, id), this.model);
  }
}

function refuseRelease(istio: IstioRelease, where: string): void {
  if (dialectOf(istio).importsLocalNames) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} cannot import a service under its own name`,
    got: 'ImportName.local()',
    expected: 'ImportName.global()',
    fix: 'leave name out, or name a supported release',
  });
}

/** A WorkloadEntry of a Kubernetes Service takes an address and no hostname. */
function refuseHostname(egressGateway: EgressGateway | undefined, where: string): void {
  if (!egressGateway?.isHostname) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_ADDRESS,
    where,
    what: 'an egress gateway by the name of its Service',
    got: egressGateway.address,
    expected: 'its clusterIP, which an import under a local name needs',
    fix: 'write EgressGateway.clusterIp with the address that "kubectl get service istio-egressgateway -n istio-system" shows',
  });
}

/** The name of a pod within its cluster is answered by a headless Service, which takes no endpoints of other clusters. */
function refusePod({ name, host, subdomain }: IRemoteService, where: string): void {
  if (subdomain === undefined) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.LOCAL_NAME,
    where,
    what: 'a pod of a StatefulSet has no local name in other clusters',
    got: `ImportName.local() for ${name} of ${subdomain}`,
    expected: `ImportName.global(), by which callers reach ${host}`,
    fix: 'leave name out, and name the importing namespace',
  });
}
