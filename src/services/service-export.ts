import { Construct } from 'constructs';
import { ExportService, publishesNotReadyAddresses, refuseOwnService, targetPortOf } from './export-service';
import { checkedDeclarations } from '../checks/checks';
import { DeclaredExport } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { emitAllowCallers, emitStrictMtls } from '../istio/receiver-rules';
import { ALLOWED_CALLER, AllowedCaller } from '../model/allowed-caller';
import { DEFAULT_CLUSTER_DOMAIN } from '../model/dns-suffix';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { SERVICE_PORT, ServicePort } from '../model/service-port';
import { SERVICE_VERSION, ServiceVersion } from '../model/service-version';
import { refuseLongSnis } from '../model/sni-length';
import { dnsLabel, domainName, exportServiceName, labels, localHost, POD_NAME_LABEL } from '../names';
import { checkedProps } from '../options/checked';
import { flag, list, mapOf, text } from '../options/kinds';
import { ownValue } from '../options/own-value';
import { optional, required, schema } from '../options/schema';

/** Export of a Service, declared without a `Mesh`. */
export interface ServiceExportProps {
  /** Istio release of the exporting cluster. */
  readonly istio: IstioRelease;

  /** Name of the Service, or of a pod of a StatefulSet, with `governingService`. */
  readonly name: string;

  /** Namespace of the Service. */
  readonly namespace: string;

  /**
   * Governing Service (`serviceName`) of the StatefulSet, where `name` is one of its pods. The export then gets a Service of its own for
   * this pod alone, as with `onlyExportedPorts`; the governing Service stays as it is. Needs `ports`.
   * @default - `name` is a Service
   */
  readonly governingService?: string;

  /**
   * Whether importers reach pods before they are ready, where the export has a Service of its own. Members of a database that look for
   * each other need it.
   * @default - what the governing Service says, where it stands in the same chart; false otherwise
   */
  readonly publishNotReadyAddresses?: boolean;

  /**
   * Ports that importers call. A check compares them with the Service, where it stands in the same chart.
   * @default - the ports of the Service are not checked
   */
  readonly ports?: ServicePort[];

  /**
   * Namespace of the ingress gateway.
   * @default "istio-system"
   */
  readonly gatewayNamespace?: string;

  /**
   * Labels of the pods of the ingress gateway.
   * @default - { istio: "ingressgateway" }
   */
  readonly gatewaySelector?: { [key: string]: string };

  /**
   * DNS domain of the exporting cluster.
   * @default "cluster.local"
   */
  readonly clusterDomain?: string;

  /**
   * Trust domain of the exporting cluster. An `AllowedCaller` that names no trust domain is in this one.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Versions that importers can route to.
   * @default - none
   */
  readonly versions?: ServiceVersion[];

  /**
   * Labels of the pods of the Service, for `allow`, `strictMtls` and `onlyExportedPorts`.
   * @default - none; required with these
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * Callers that may call the service, callers of its own cluster included. The gateway cannot tell callers apart, so the
   * rule stands at the workload.
   * @default - every workload of the mesh
   */
  readonly allow?: AllowedCaller[];

  /**
   * Whether importers reach the exported ports alone. A gateway opens every port of a Service, so the export gets a Service of its own
   * for the same pods, with the exported ports, and the gateway opens that one. Needs `workloadSelector`. Importers cannot use the
   * local name then, because its SNI is that of the Service itself. All clusters that export the service must agree.
   * @default false - importers that send the SNI by hand reach every port of the Service, which is a warning (MESH073) where the
   * Service in the same chart has more ports
   */
  readonly onlyExportedPorts?: boolean;

  /**
   * Ports of the pods for `onlyExportedPorts`, by the name of the exported port: a number, or the name of a container port.
   * @default - those of the Service, where it stands in the same chart; else the number of the exported port
   */
  readonly podPorts?: { [port: string]: string };

  /**
   * Whether the workload accepts nothing but mutual TLS.
   * @default false - the setting of the namespace or mesh applies
   */
  readonly strictMtls?: boolean;
}

export const SERVICE_EXPORT_PROPS = schema<ServiceExportProps>({
  istio: required(ISTIO_RELEASE),
  name: required(text),
  namespace: required(text),
  governingService: optional(text),
  publishNotReadyAddresses: optional(flag),
  ports: optional(list(SERVICE_PORT)),
  gatewayNamespace: optional(text),
  gatewaySelector: optional(mapOf(text)),
  clusterDomain: optional(text),
  trustDomain: optional(text),
  versions: optional(list(SERVICE_VERSION)),
  workloadSelector: optional(mapOf(text)),
  allow: optional(list(ALLOWED_CALLER, MeshErrorCode.EMPTY)),
  onlyExportedPorts: optional(flag),
  podPorts: optional(mapOf(text)),
  strictMtls: optional(flag),
});

/**
 * Objects of an export in the exporting cluster. On supported releases a Gateway opens port 15443 for exactly this Service. On
 * Istio 1.5 the gateway that the install values bring is open for every Service, so the construct adds objects for `versions`,
 * `allow` and `strictMtls` alone. Within a `Mesh`, `exportService` adds the construct.
 *
 * @example
 * new ServiceExport(chart, 'httpbin', { istio: IstioRelease.V1_31, name: 'httpbin', namespace: 'bar' });
 */
export class ServiceExport extends Construct {
  /**
   * Adds the objects that export one Service.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the Service, its ports, and who may call it
   * @throws MESH001 for invalid names and labels and for SNIs of more than 255 characters, MESH004 for an empty `allow`, MESH006 for a
   * version that is listed twice, MESH008 for `onlyExportedPorts` and for a pod of a StatefulSet on Istio 1.5, MESH012 for an existing
   * version with `onlyExportedPorts`, MESH015 for `allow`, `strictMtls` or `onlyExportedPorts` without `workloadSelector`
   */
  public constructor(scope: Construct, id: string, props: ServiceExportProps) {
    super(scope, id);
    const checked = withPodSelector(checkedProps(SERVICE_EXPORT_PROPS, this, props));
    const where = `export of ${checked.name}.${checked.namespace}`;
    const { allow, istio } = checked;
    const name = dnsLabel(checked.name, 'service name', where);
    const namespace = dnsLabel(checked.namespace, 'namespace', where);
    const clusterDomain = domainName(checked.clusterDomain ?? DEFAULT_CLUSTER_DOMAIN, 'cluster domain', where);
    const callers = allow && principals(allow, checked.trustDomain ?? 'cluster.local', where);
    const needsSelector = callers !== undefined || checked.strictMtls || checked.onlyExportedPorts;
    const selector = needsSelector || checked.workloadSelector !== undefined ? workloadSelector(checked, where) : {};
    const workload = { name, namespace, selector };
    const declared = checkedDeclarations(this);
    const dialect = dialectOf(istio);
    const gatewayService = checked.onlyExportedPorts ? exportServiceName(name) : name;
    const model: DeclaredExport = {
      name,
      namespace,
      clusterDomain,
      localHost: localHost({ name, namespace, clusterDomain }),
      gatewayHost: localHost({ name: gatewayService, namespace, clusterDomain }),
      ports: checked.ports ?? [],
      versions: ServiceVersion._all(checked.versions ?? [], where),
      gateway: {
        namespace: dnsLabel(checked.gatewayNamespace ?? 'istio-system', 'gateway namespace', where),
        selector: labels(checked.gatewaySelector ?? { istio: 'ingressgateway' }, 'gatewaySelector', where),
      },
      path: this.node.path,
      governingService: checked.governingService === undefined
        ? undefined : dnsLabel(checked.governingService, 'name of a governing Service', where),
      workloadSelector: checked.workloadSelector,
      callers,
      strictMtls: checked.strictMtls,
      isScoped: dialect.importsAreScoped,
    };
    refuseLongSnis({ host: model.gatewayHost, ports: model.ports, versions: model.versions.map(version => version.name) }, where);
    if (checked.onlyExportedPorts) {
      refuseOwnService(checked, where);
      new ExportService(this, {
        ...workload,
        name: gatewayService,
        ports: model.ports,
        targetPort: port => ownValue(checked.podPorts ?? {}, port.name) ?? targetPortOf(declared, model, port),
        publishNotReadyAddresses: () => checked.publishNotReadyAddresses ?? publishesNotReadyAddresses(declared, model),
      });
    }
    dialect.serviceExport(this, model);
    if (callers) {
      emitAllowCallers(this, dialect.api, workload, callers);
    }
    if (checked.strictMtls) {
      emitStrictMtls(this, dialect.api, workload);
    }
    declared.exports.push(model);
  }
}

/** Selects the pod of a StatefulSet by the label that its controller adds, and has the export open a Service of its own. */
function withPodSelector(props: ServiceExportProps): ServiceExportProps {
  return props.governingService === undefined
    ? props
    : { ...props, onlyExportedPorts: true, workloadSelector: { ...props.workloadSelector, [POD_NAME_LABEL]: props.name } };
}

function workloadSelector(props: ServiceExportProps, where: string): { [key: string]: string } {
  if (props.workloadSelector) {
    return labels(props.workloadSelector, 'workloadSelector', where);
  }
  throw new MeshError({
    code: MeshErrorCode.NO_WORKLOAD,
    where,
    what: 'allow, strictMtls and onlyExportedPorts need workloadSelector, the labels of the pods that they are for',
    fix: `add the labels that the pods carry, such as workloadSelector: { app: '${props.name}' }`,
  });
}

function principals(allow: AllowedCaller[], trustDomain: string, where: string): string[] {
  if (allow.length > 0) {
    return [...new Set(allow.map(caller => caller.principal(trustDomain)))].sort();
  }
  throw new MeshError({
    code: MeshErrorCode.EMPTY,
    where,
    what: 'allow is an empty list',
    expected: 'a list of at least one caller',
    fix: 'add a caller, remove allow to let every workload call, or remove the export',
  });
}
