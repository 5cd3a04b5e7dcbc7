import { Construct } from 'constructs';
import {
  addressesOfLocalName, duplicate, exporterWithOwnName, noGateway, noNamespace, otherNamespace, serviceOfOtherMesh,
} from './cluster-mistakes';
import type { ClusterSettings } from './cluster-settings';
import type { ExportRegistry } from './export-registry';
import { ExportedService } from './exported-service';
import { IMPORT_SERVICE_OPTIONS, ImportConstruct, ImportedService, ImportServiceOptions } from './imported-service';
import { GatewayAddress } from '../model/gateway-address';
import { IRemoteService, REMOTE_SERVICE } from '../model/remote-service';
import { refuseHeadersWithoutHttp } from '../model/routing';
import { dnsLabel } from '../names';
import { addWhole } from '../objects/provenance';
import { checkedArgument, checkedOptions } from '../options/checked';
import { EgressListener, EgressRoute } from '../services/egress-route';
import { LocalNameImport } from '../services/local-name-import';
import { RemoteGateway } from '../services/remote-gateway';
import { RemoteServiceEntry } from '../services/remote-service-entry';

/** The imports of a cluster: what may be imported, and the constructs of each import. */
export class ClusterImports {
  private readonly imported = new Map<string, ImportedService>();
  /** Every import in order; undefined while an import that was added since has no place in it. */
  private ordered?: ImportedService[];

  /** @param scope returns the scope of the constructs, which a retirement changes */
  public constructor(
    private readonly settings: ClusterSettings,
    private readonly registry: ExportRegistry,
    private readonly scope: () => Construct,
  ) {}

  /** Every import, by namespace and host. */
  public get all(): ImportedService[] {
    this.ordered ??= [...this.imported.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, imported]) => imported);
    return [...this.ordered];
  }

  /** Adds an import; the codes that it throws are those of `MeshCluster.importService`. */
  public add(remote: IRemoteService, importOptions: ImportServiceOptions): ImportedService {
    const { istio, name: importingCluster, connectTimeout, clusterDomain, vips, egressGateway: gateway } = this.settings;
    const call = `${importingCluster}.importService`;
    const service = checkedArgument(REMOTE_SERVICE, remote, 'service', call);
    const where = `${call}('${service.host}')`;
    const options = checkedOptions(IMPORT_SERVICE_OPTIONS, importOptions, where);
    const local = options.name?._local;
    const namespace = local ? localNamespace(service, options, where) : globalNamespace(options.namespace, where);
    const key = local ? `local-${service.name}.${service.namespace}` : importKey(namespace, service);
    this.refuse(where, service, options, key);
    const { addresses, routing, priority, retire = false } = options;
    const egressGateway = options.via?.usesEgressGateway ? gateway : undefined;
    const importScope = this.scope();

    const construct: ImportConstruct = addWhole(importScope, `import-${key}`, (scope, id) => local
      ? new LocalNameImport(scope, id, {
        ...local, istio, service, importingCluster, clusterDomain, connectTimeout, priority, egressGateway, routing, retire,
      })
      // No spread of what both have in common: it would take a quarter of the time of the whole import.
      : new RemoteServiceEntry(scope, id, {
        istio,
        service,
        importingCluster,
        clusterDomain,
        connectTimeout,
        priority,
        egressGateway,
        routing,
        retire,
        namespace,
        vips,
        addresses,
      }));
    if (egressGateway) {
      const route = { istio, service, importingCluster, connectTimeout, priority, egressGateway, clusterDomain };
      addOnce(importScope, 'egress-listener', id => new EgressListener(importScope, id, { istio, egressGateway }));
      const isElsewhere = service.clusterDomain !== clusterDomain;
      addOnce(
        importScope,
        `egress-${service.name}.${service.namespace}${isElsewhere ? `.svc.${service.clusterDomain}` : ''}`,
        id => new EgressRoute(importScope, id, route),
      )._add(service);
    }
    if (construct instanceof LocalNameImport) {
      this.followExporters(construct, service, importScope, egressGateway === undefined);
    }
    const imported = ImportedService._of(construct, service, options, importingCluster);
    this.imported.set(key, imported);
    this.ordered = undefined;
    return imported;
  }

  /** Keeps the entries of an import under a local name, one for each remote gateway, up to date with the exports of the mesh. */
  private followExporters(construct: LocalNameImport, service: IRemoteService, importScope: Construct, isDirect: boolean): void {
    const { istio, istioNamespace: namespace, name } = this.settings;
    const refresh = () => {
      construct._refreshEntries();
      const byName = isDirect ? service.exporters.filter(({ gateways }) => gateways.some(({ isHostname }) => isHostname)) : [];
      byName.filter(({ cluster }) => cluster !== name).forEach(({ cluster }) => addOnce(
        importScope,
        `remote-gateway-${cluster}`,
        id => new RemoteGateway(importScope, id, { istio, service, cluster, namespace }),
      ));
    };
    refresh();
    this.registry.onChange(service.host, refresh);
  }

  private refuse(where: string, service: IRemoteService, options: ImportServiceOptions, key: string): void {
    const { name, ingressGateways, egressGateway } = this.settings;
    const twin = this.imported.get(key);
    if (twin) {
      const fix = twin.service.host === service.host
        ? 'remove one of them: one import reaches every cluster that exports the service'
        : 'import one of them into another namespace: objects are named by service and namespace';
      const what = `a service imported twice into namespace '${options.namespace ?? service.namespace}'`;
      throw duplicate(where, what, [twin.service.host, service.host].join(', '), fix);
    }
    if (service instanceof ExportedService && !service._isIn(this.registry)) {
      throw serviceOfOtherMesh(where, service);
    }
    const namesake = service instanceof ExportedService ? undefined : service.exporters.find(({ cluster }) => cluster === name);
    if (namesake && !sameGateways(namesake.gateways, ingressGateways)) {
      throw exporterWithOwnName(where, namesake);
    }
    if (options.via?.usesEgressGateway && !egressGateway) {
      throw noGateway(where, 'egress', 'egressGateway: EgressGateway.service()');
    }
    refuseHeadersWithoutHttp(service, options.routing, where);
  }
}

function globalNamespace(namespace: string | undefined, where: string): string {
  if (namespace === undefined) {
    throw noNamespace(where);
  }
  return dnsLabel(namespace, 'namespace', where);
}

/** A local name is a name in one namespace, that of the service in every cluster, and has no VIP. */
function localNamespace(service: IRemoteService, { namespace, addresses }: ImportServiceOptions, where: string): string {
  if (namespace !== undefined && namespace !== service.namespace) {
    throw otherNamespace(where, namespace, service.namespace);
  }
  if (addresses !== undefined) {
    throw addressesOfLocalName(where, addresses);
  }
  return service.namespace;
}

/** Returns a construct that several imports share, and adds it unless it is there. */
function addOnce<C extends Construct>(scope: Construct, id: string, construct: (id: string) => C): C {
  return (scope.node.tryFindChild(id) as C | undefined) ?? construct(id);
}

/** Two imports with one key would have objects of the same name. */
function importKey(namespace: string, service: IRemoteService): string {
  return `${namespace}-${service.name}.${service.namespace}`;
}

function sameGateways(some: GatewayAddress[], others: GatewayAddress[]): boolean {
  const text = (gateways: GatewayAddress[]) => gateways.map(({ address, port }) => `${address} ${port}`).sort().join();
  return text(some) === text(others);
}
