import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredExport } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { emitAllowCallers, emitStrictMtls } from '../istio/receiver-rules';
import { AllowedCaller } from '../model/allowed-caller';
import { IstioRelease } from '../model/istio-release';
import { ServicePort } from '../model/service-port';
import { ServiceVersion } from '../model/service-version';
import { dnsLabel, dnsName, labels, localHost } from '../names';

/** An export on its own. */
export interface ServiceExportProps {
  /** The release of the exporting cluster. */
  readonly istio: IstioRelease;

  /** The name of the Service. */
  readonly name: string;

  /** Its namespace. */
  readonly namespace: string;

  /**
   * The ports that importers are told, to be checked against the Service where it stands in the same chart.
   * @default - not checked
   */
  readonly ports?: ServicePort[];

  /**
   * The namespace of the ingress gateway.
   * @default "istio-system"
   */
  readonly gatewayNamespace?: string;

  /**
   * The labels of the ingress gateway's pods.
   * @default - { istio: "ingressgateway" }
   */
  readonly gatewaySelector?: { [key: string]: string };

  /**
   * The DNS domain of the exporting cluster.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * The trust domain of the exporting cluster, that of callers unless they say otherwise.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * The versions that importers can route to.
   * @default - none
   */
  readonly versions?: ServiceVersion[];

  /**
   * The labels of the service's pods, for `allow` and `strictMtls`.
   * @default - none; required with `allow` and `strictMtls`
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * Who may call the service, callers within its own cluster included. The gateway cannot tell callers apart, so the
   * rule stands at the workload.
   * @default - everyone in the mesh
   */
  readonly allow?: AllowedCaller[];

  /**
   * Whether the workload refuses plain text.
   * @default false - what the mesh says
   */
  readonly strictMtls?: boolean;
}

/**
 * The receiver's side of an export. On a supported release a Gateway opens 15443 for exactly this service; on Istio 1.5
 * the installed gateway is open for all, and only versions, `allow` and `strictMtls` make something.
 */
export class ServiceExport extends Construct {
  /**
   * @throws MESH001 for invalid names and labels, MESH006 for a version twice, MESH004 for an empty `allow`,
   * MESH015 for `allow` or `strictMtls` without `workloadSelector`
   */
  public constructor(scope: Construct, id: string, props: ServiceExportProps) {
    super(scope, id);
    const where = `export of ${props.name}.${props.namespace}`;
    const { allow, istio } = props;
    const name = dnsLabel(props.name, 'service name', where);
    const namespace = dnsLabel(props.namespace, 'namespace', where);
    const clusterDomain = dnsName(props.clusterDomain ?? 'cluster.local', 'cluster domain', where);
    const model: DeclaredExport = {
      name,
      namespace,
      clusterDomain,
      localHost: localHost({ name, namespace, clusterDomain }),
      ports: props.ports ?? [],
      versions: ServiceVersion._all(props.versions ?? [], where),
      gateway: {
        namespace: dnsLabel(props.gatewayNamespace ?? 'istio-system', 'gateway namespace', where),
        selector: labels(props.gatewaySelector ?? { istio: 'ingressgateway' }, 'gatewaySelector', where),
      },
      path: this.node.path,
    };
    const workload = { name, namespace, selector: allow || props.strictMtls ? workloadSelector(props, where) : {} };
    const callers = allow && principals(allow, props.trustDomain ?? 'cluster.local', where);

    const dialect = dialectOf(istio);
    dialect.serviceExport(this, model);
    if (callers) {
      emitAllowCallers(this, dialect.api, workload, callers);
    }
    if (props.strictMtls) {
      emitStrictMtls(this, dialect.api, workload);
    }
    checkedDeclarations(this).exports.push(model);
  }
}

function workloadSelector(props: ServiceExportProps, where: string): { [key: string]: string } {
  if (props.workloadSelector) {
    return labels(props.workloadSelector, 'workloadSelector', where);
  }
  throw new MeshError({
    code: MeshErrorCode.NO_WORKLOAD,
    where,
    what: 'allow and strictMtls need the pods that they are for',
    got: undefined,
    expected: 'workloadSelector, the labels of the pods',
    fix: `add for instance workloadSelector: { app: '${props.name}' }; with labels that match nothing the rule would guard nothing`,
  });
}

function principals(allow: AllowedCaller[], trustDomain: string, where: string): string[] {
  if (allow.length > 0) {
    return [...new Set(allow.map(caller => caller.principal(trustDomain)))].sort();
  }
  throw new MeshError({
    code: MeshErrorCode.EMPTY, where, what: 'allow lets nobody in', got: [], expected: 'at least one caller', fix: 'remove allow, or the export',
  });
}
