import { Construct } from 'constructs';
import { duplicate, namesakeOfPod, noGateway } from './cluster-mistakes';
import type { ClusterSettings } from './cluster-settings';
import { describedPods } from './described-pods';
import type { ExportRegistry } from './export-registry';
import {
  DescribedExport, EXPORT_SERVICE_OPTIONS, ExportedService, ExportServiceOptions, SERVICE_TO_EXPORT, ServiceToExport,
} from './exported-service';
import { EXPORT_STATEFUL_SET_OPTIONS, ExportedStatefulSet, ExportStatefulSetOptions } from './exported-stateful-set';
import { refuseOpenExport } from './hardening';
import { RetirementStep } from './retirement';
import { hasReached } from './retirement-order';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { inCall } from '../errors/problem';
import { dnsLabel } from '../names';
import { addWhole } from '../objects/provenance';
import { checkedArgument, checkedOptions } from '../options/checked';
import { list } from '../options/kinds';
import { ServiceExport, ServiceExportProps } from '../services/service-export';

/** What of a pod of a StatefulSet the construct of its export takes beside the options of an export. */
type PodFacts = Pick<ServiceExportProps, 'governingService' | 'publishNotReadyAddresses'>;

/** An export of which nothing exists yet. */
interface PlannedExport {
  readonly handle: ExportedService;
  readonly described: DescribedExport;
}

/** The exports of a cluster: what may be exported, and the constructs of each export. */
export class ClusterExports {
  private readonly exported = new Map<string, ExportedService>();

  /** @param scope returns the scope of the constructs, which a retirement changes */
  public constructor(
    private readonly settings: ClusterSettings,
    private readonly registry: ExportRegistry,
    private readonly scope: () => Construct,
  ) {}

  /** Every export, by host. */
  public get all(): ExportedService[] {
    return [...this.exported.values()].sort((a, b) => a.host < b.host ? -1 : 1);
  }

  /** Adds the export of a Service; the codes that it throws are those of `MeshCluster.exportService`. */
  public addService(name: string, options: ExportServiceOptions): ExportedService {
    const where = inCall(`${this.settings.name}.exportService`, name);
    const { handle, described } = this.planned(name, checkedOptions(EXPORT_SERVICE_OPTIONS, options, where), where);
    return this.add(handle, described);
  }

  /** Adds the exports of several Services; the codes that it throws are those of `MeshCluster.exportServices`. */
  public addServices(services: ServiceToExport[]): ExportedService[] {
    const call = `${this.settings.name}.exportServices`;
    const planned = new Map<string, PlannedExport>();
    for (const { name, ...options } of checkedArgument(list(SERVICE_TO_EXPORT, MeshErrorCode.EMPTY), services, 'services', call)) {
      const where = inCall(call, name);
      const plan = this.planned(name, options, where);
      if (planned.has(plan.handle.host)) {
        throw duplicate(where, 'a service exported twice', plan.handle.host);
      }
      planned.set(plan.handle.host, plan);
    }
    return [...planned.values()].map(({ handle, described }) => this.add(handle, described));
  }

  /** Adds the exports of the pods of a StatefulSet; the codes that it throws are those of `MeshCluster.exportStatefulSet`. */
  public addStatefulSet(name: string, options: ExportStatefulSetOptions): ExportedStatefulSet {
    const where = inCall(`${this.settings.name}.exportStatefulSet`, name);
    const checked = checkedOptions(EXPORT_STATEFUL_SET_OPTIONS, options, where);
    this.refuseOpen(checked, where);
    const { serviceName = name, replicas, firstOrdinal = 0, publishNotReadyAddresses, retireLast, ...shared } = checked;
    dnsLabel(name, 'name of a StatefulSet', where);
    const governingService = dnsLabel(serviceName, 'name of a governing Service', where);
    this.refuseWithoutGateway(where);
    const exports = describedPods(name, checked, where).map(pod => {
      const described = { ...shared, ...pod, subdomain: governingService, onlyExportedPorts: true, where };
      return { described, handle: this.handleOf(described) };
    });
    const pods = exports.map(({ described, handle }) => this.add(handle, described, { governingService, publishNotReadyAddresses }));
    return ExportedStatefulSet._of(name, pods, firstOrdinal);
  }

  /** The export of a Service that may be made, or an error before anything of it exists. */
  private planned(name: string, options: ExportServiceOptions, where: string): PlannedExport {
    this.refuseOpen(options, where);
    this.refuseWithoutGateway(where);
    const described = { ...options, onlyExportedPorts: options.onlyExportedPorts ?? this.settings.mesh.hardened, name, where };
    return { described, handle: this.handleOf(described) };
  }

  /** The handle of an export, or an error before anything of the export exists. */
  private handleOf(described: DescribedExport): ExportedService {
    const service = ExportedService._of(this.registry, this.facts, described);
    if (this.exported.has(service.host)) {
      throw duplicate(described.where, `a ${service.subdomain === undefined ? 'service' : 'pod'} exported twice`, service.host);
    }
    const namesakes = this.registry.namesakes(service.name, service.namespace);
    const namesake = namesakes.find(({ subdomain }) => subdomain !== undefined || service.subdomain !== undefined);
    if (namesake) {
      throw namesakeOfPod(described.where, service, namesake);
    }
    return service;
  }

  private add(
    service: ExportedService,
    { serviceAccount, anyServer, addresses, retire, subdomain, where, ...declared }: DescribedExport,
    pod: PodFacts = {},
  ): ExportedService {
    const { istio, ingressGatewayNamespace: gatewayNamespace, ingressGatewaySelector: gatewaySelector } = this.settings;
    const { clusterDomain, trustDomain } = this.settings;
    addWhole(this.scope(), `export-${service.host}`, (scope, id) => new ServiceExport(scope, id, {
      ...declared, ...pod, istio, gatewayNamespace, gatewaySelector, clusterDomain, trustDomain,
    }));
    this.exported.set(service.host, service);
    this.registry.add(service);
    return service;
  }

  private refuseOpen(options: ExportServiceOptions | ExportStatefulSetOptions, where: string): void {
    if (this.settings.mesh.hardened) {
      refuseOpenExport(options, where);
    }
  }

  private refuseWithoutGateway(where: string): void {
    if (this.settings.ingressGateways.length === 0) {
      throw noGateway(where, 'ingress', "ingressGateway: GatewayAddress.of('203.0.113.10')");
    }
  }

  /** What the exports of the cluster have in common. */
  private get facts() {
    const { name, istio, clusterDomain, ingressGateways: gateways, locality, trustDomain, retire } = this.settings;
    return {
      name,
      istio,
      clusterDomain,
      suffix: this.settings.mesh.suffix,
      exporter: { cluster: name, gateways, locality, trustDomain },
      isRetiring: hasReached(RetirementStep.CONSUMERS, retire),
      isClosed: hasReached(RetirementStep.SERVICES, retire),
    };
  }
}
