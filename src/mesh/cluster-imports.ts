import { Construct } from 'constructs';
import {
  addressesOfLocalName, addressesOfSeveral, duplicate, everyNamespace, exporterWithOwnName, namespaceTwice, noGateway, noNamespace,
  nothingToImport, otherNamespace, serviceOfOtherMesh,
} from './cluster-mistakes';
import type { ClusterSettings } from './cluster-settings';
import type { ExportRegistry } from './export-registry';
import { ExportedService } from './exported-service';
import { IMPORT_SERVICES_OPTIONS, ImportServicesOptions } from './import-services-options';
import { IMPORT_SERVICE_OPTIONS, ImportConstruct, ImportedService, ImportServiceOptions } from './imported-service';
import { ExportingCluster, hasHostname } from '../model/exporting-cluster';
import { GatewayAddress } from '../model/gateway-address';
import { applicablePolicy, ImportPolicy, mergedPolicies, policyIn, refusePolicyWithoutHttp } from '../model/import-policy';
import { exportersFor, IRemoteService, REMOTE_SERVICE } from '../model/remote-service';
import { refuseRoutingWithoutHttp } from '../model/routing';
import { dnsLabel } from '../names';
import { addWhole } from '../objects/provenance';
import { checkedArgument, checkedOptions } from '../options/checked';
import { list } from '../options/kinds';
import { ownValue } from '../options/own-value';
import { EgressListener, EgressRoute } from '../services/egress-route';
import { LocalNameImport } from '../services/local-name-import';
import { RemoteGateway } from '../services/remote-gateway';
import { RemoteServiceEntry } from '../services/remote-service-entry';

/** An import that may be made: one service, one namespace. */
interface PlannedImport {
  readonly service: IRemoteService;
  readonly options: ImportServiceOptions;
  /** Importing namespace. */
  readonly namespace: string;
  /** Identity of the import in its cluster. */
  readonly key: string;
}

/** The imports of a cluster: what may be imported, and the constructs of each import. */
export class ClusterImports {
  private readonly imported = new Map<string, ImportedService>();
  /** Exporters of each import under a local name that it needs a remote gateway for. */
  private readonly byHostname = new Map<LocalNameImport, ExportingCluster[]>();
  private readonly remoteGateways = new Set<string>();
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
    this.ordered ??= [...this.imported.keys()].sort().map(key => this.imported.get(key)!);
    return [...this.ordered];
  }

  /** Adds an import; the codes that it throws are those of `MeshCluster.importService`. */
  public add(remote: IRemoteService, importOptions: ImportServiceOptions): ImportedService {
    const call = `${this.settings.name}.importService`;
    const service = checkedArgument(REMOTE_SERVICE, remote, 'service', call);
    const where = `${call}('${service.host}')`;
    return this.build(this.planned(service, checkedOptions(IMPORT_SERVICE_OPTIONS, importOptions, where), where));
  }

  /** Adds an import of each service into each namespace; the codes that it throws are those of `MeshCluster.importServices`. */
  public addAll(remotes: IRemoteService[], importOptions: ImportServicesOptions): ImportedService[] {
    const call = `${this.settings.name}.importServices`;
    const services = checkedArgument(list(REMOTE_SERVICE), remotes, 'services', call);
    const { namespaces, ...options } = checkedOptions(IMPORT_SERVICES_OPTIONS, importOptions, call);
    refuseAmbiguous(services, namespaces, options, call);
    const planned = new Map<string, PlannedImport>();
    for (const service of services) {
      for (const namespace of namespaces ?? [options.namespace]) {
        const where = `${call}('${service.host}')`;
        const plan = this.planned(service, { ...options, namespace }, where, planned);
        planned.set(plan.key, plan);
      }
    }
    return [...planned.values()].map(plan => this.build(plan));
  }

  /** An import that may be made, or an error before the first import of the call is made. */
  private planned(
    service: IRemoteService,
    options: ImportServiceOptions,
    where: string,
    planned: ReadonlyMap<string, PlannedImport> = new Map(),
  ): PlannedImport {
    const isLocal = options.name?._local !== undefined;
    const namespace = isLocal ? localNamespace(service, options, where) : globalNamespace(options.namespace, where);
    const key = isLocal ? `local-${service.name}.${service.namespace}` : importKey(namespace, service);
    this.refuse(where, service, options, this.imported.get(key) ?? planned.get(key));
    return { service, options, namespace, key };
  }

  private build({ service, options, namespace, key }: PlannedImport): ImportedService {
    const { istio, name: importingCluster, importDefaults, clusterDomain, vips, egressGateway: gateway } = this.settings;
    const local = options.name?._local;
    const { addresses, routing, priority, retire = false } = options;
    const egressGateway = options.via?.usesEgressGateway ? gateway : undefined;
    const policy = this.policyOf(service, options, namespace);
    const importScope = this.scope();

    const construct: ImportConstruct = addWhole(importScope, `import-${key}`, (scope, id) => local
      ? new LocalNameImport(scope, id, {
        ...local, ...policy, istio, service, importingCluster, clusterDomain, priority, egressGateway, routing, retire,
      })
      : new RemoteServiceEntry(scope, id, withPolicy(policy, {
        istio, service, importingCluster, clusterDomain, priority, egressGateway, routing, retire, namespace, vips, addresses,
      })));
    if (egressGateway) {
      const { connectTimeout, keepalive } = importDefaults ?? {};
      const route = { istio, service, importingCluster, connectTimeout, keepalive, priority, egressGateway, clusterDomain };
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

  /** Policy of an import: its own options, then those of its namespace, its cluster and the mesh. */
  private policyOf(service: IRemoteService, options: ImportServiceOptions, namespace: string): ImportPolicy | undefined {
    const { importDefaults, importDefaultsByNamespace } = this.settings;
    const defaults = mergedPolicies(ownValue(importDefaultsByNamespace, namespace), importDefaults);
    return mergedPolicies(policyIn(options), applicablePolicy(service, defaults));
  }

  /** Keeps the entries of an import under a local name, one for each remote gateway, up to date with the exports of the mesh. */
  private followExporters(construct: LocalNameImport, service: IRemoteService, importScope: Construct, isDirect: boolean): void {
    const refresh = () => {
      construct._refreshEntries();
      this.byHostname.set(construct, isDirect ? exportersFor(service, this.settings.name).filter(hasHostname) : []);
      this.refreshRemoteGateways(service, importScope);
    };
    refresh();
    this.registry.onChange(service.host, refresh);
  }

  /** Adds the remote gateways that imports need by now, and removes those that none needs any more. */
  private refreshRemoteGateways(service: IRemoteService, importScope: Construct): void {
    const { istio, istioNamespace: namespace } = this.settings;
    const idOf = (cluster: string) => `remote-gateway-${cluster}`;
    const needed = new Set([...this.byHostname.values()].flat().map(({ cluster }) => cluster));
    [...this.remoteGateways].filter(cluster => !needed.has(cluster)).forEach(cluster => {
      importScope.node.tryRemoveChild(idOf(cluster));
      this.remoteGateways.delete(cluster);
    });
    [...needed].filter(cluster => !this.remoteGateways.has(cluster)).forEach(cluster => {
      new RemoteGateway(importScope, idOf(cluster), { istio, service, cluster, namespace });
      this.remoteGateways.add(cluster);
    });
  }

  /** @param twin an import with the same objects */
  private refuse(
    where: string,
    service: IRemoteService,
    options: ImportServiceOptions,
    twin: { readonly service: IRemoteService } | undefined,
  ): void {
    const { name, ingressGateways, egressGateway } = this.settings;
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
    refuseRoutingWithoutHttp(service, options.routing, where);
    refusePolicyWithoutHttp(service, options, where);
  }
}

function globalNamespace(namespace: string | undefined, where: string): string {
  if (namespace === undefined) {
    throw noNamespace(where);
  }
  if (namespace === '*') {
    throw everyNamespace(where);
  }
  return dnsLabel(namespace, 'namespace', where);
}

/** Refuses a call that says twice or not at all what is imported. */
function refuseAmbiguous(
  services: IRemoteService[],
  namespaces: string[] | undefined,
  { namespace, addresses }: ImportServiceOptions,
  where: string,
): void {
  if (services.length === 0 || namespaces?.length === 0) {
    throw nothingToImport(where, services.length === 0 ? 'services' : 'namespaces');
  }
  if (namespace !== undefined && namespaces !== undefined) {
    throw namespaceTwice(where, namespace, namespaces);
  }
  if (addresses !== undefined && services.length > 1) {
    throw addressesOfSeveral(where, addresses, services.map(({ host }) => host));
  }
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

/** Properties with those of a policy. Most imports have none, and a spread takes a quarter of the time of a whole import. */
function withPolicy<T extends object>(policy: ImportPolicy | undefined, props: T): T & ImportPolicy {
  return policy ? { ...policy, ...props } : props;
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
