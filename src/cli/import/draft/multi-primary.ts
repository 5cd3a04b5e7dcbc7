import type { DraftContext } from './context';
import type { ImportDraft, ServiceDraft } from './draft';
import { objectAt, objectsIn } from '../../../checks/content';
import { grouped, selects, WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { servicePorts } from '../facts/local-facts';
import { clusterOfSecret, isRemoteSecret } from '../input/secrets';

/** Namespaces whose Services are those of a platform, and of no team. */
const OF_PLATFORM = /^(kube-|istio-|openshift|default$|gke-|local-path-storage$|cert-manager$|flux-system$|argocd$|monitoring$|admiral)/;

/** Services that clusters share, and who of them runs pods. */
interface SharedService {
  readonly name: string;
  readonly namespace: string;
  readonly services: ReadonlyMap<WrittenCluster, Manifest>;
  /** Clusters that run pods of the Service. */
  readonly running: readonly WrittenCluster[];
}

/** What a mesh of several primary clusters becomes: services under their own names, without credentials of other clusters. */
export interface MultiPrimaryDrafts {
  readonly services: ServiceDraft[];
  readonly imports: ImportDraft[];
  readonly replicated: ReadonlySet<ServiceDraft>;
}

/**
 * Proposes exports and imports in the place of remote secrets. istiod merges Services of one name and namespace from all clusters that it
 * reads, so those are the services that callers share today.
 * @see https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/
 */
export function multiPrimaryDrafts(known: readonly ServiceDraft[], context: DraftContext): MultiPrimaryDrafts {
  const joined = joinedClusters(context);
  const taken = new Set(known.map(({ name, namespace }) => `${namespace}/${name}`));
  const shared = joined.length < 2 ? [] : sharedServices(joined, context)
    .filter(({ name, namespace }) => !taken.has(`${namespace}/${name}`));
  const drafts = shared.flatMap(service => draftOf(service, context) ?? []);
  return {
    services: drafts.map(({ service }) => service),
    imports: drafts.flatMap(({ imports }) => imports),
    replicated: new Set(drafts.filter(({ isReplicated }) => isReplicated).map(({ service }) => service)),
  };
}

/** Clusters that read each other by remote secrets; the secrets are listed as removable. */
function joinedClusters({ inputs, ledger }: DraftContext): WrittenCluster[] {
  const joined = new Set<WrittenCluster>();
  for (const cluster of inputs.clusters.values()) {
    for (const secret of cluster.of('Secret').filter(isRemoteSecret)) {
      const remote = clusterOfSecret(secret);
      const other = inputs.clusters.get(remote);
      if (other === undefined) {
        ledger.refuse(secret, `it is for the cluster ${remote}, of which nothing is imported`);
        continue;
      }
      ledger.replace(secret, `no cluster needs credentials of ${remote} any more: delete the secret once the new objects are applied, and `
        + 'traffic is as it should be');
      joined.add(cluster).add(other);
    }
  }
  return [...joined].sort((a, b) => a.name < b.name ? -1 : 1);
}

function sharedServices(clusters: readonly WrittenCluster[], { ledger }: DraftContext): SharedService[] {
  const all = clusters.flatMap(cluster => cluster.of('Service').filter(isOfTeam).map(service => ({ cluster, service })));
  const hasWorkloads = clusters.some(cluster => WORKLOADS.some(kind => cluster.of(kind, 'apps').length > 0));
  const byName = grouped(all, ({ service: { namespace, name } }) => [`${namespace}/${name}`]);
  const alone: string[] = [];
  const shared = [...byName].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([key, found]) => {
    if (found.length < 2) {
      alone.push(`${key} in ${found[0].cluster.name}`);
      return [];
    }
    const [namespace, name] = key.split('/');
    const running = found.filter(({ cluster, service }) => !hasWorkloads || runsPods(cluster, service)).map(({ cluster }) => cluster);
    return [{ name, namespace, running, services: new Map(found.map(({ cluster, service }) => [cluster, service])) }];
  });
  if (alone.length > 0) {
    ledger.decide('these Services are in one cluster alone, so no other cluster finds them by name: export those that other clusters '
      + `call (${alone.join(', ')})`);
  }
  return shared;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Whether a Service is one that other clusters can call: it has pods and a clusterIP, and is none of the platform. */
function isOfTeam({ namespace, content }: Manifest): boolean {
  const { selector, type, clusterIP, ports } = objectAt(content.spec);
  const isGateway = objectsIn(ports).some(({ port }) => port === 15443);
  return !OF_PLATFORM.test(namespace) && type !== 'ExternalName' && clusterIP !== 'None' && !isGateway
    && Object.keys(objectAt(selector)).length > 0;
}

function runsPods(cluster: WrittenCluster, service: Manifest): boolean {
  const { selector } = objectAt(service.content.spec);
  return WORKLOADS.flatMap(kind => cluster.of(kind, 'apps')).some(({ namespace, content }) => namespace === service.namespace
    && content.spec?.replicas !== 0 && selects(selector, objectAt(objectAt(objectAt(content.spec).template).metadata).labels));
}

function draftOf(
  shared: SharedService, context: DraftContext,
): { service: ServiceDraft; imports: ImportDraft[]; isReplicated: boolean } | undefined {
  const { owners, ledger, suffix } = context;
  const { name, namespace, services, running } = shared;
  const manifests = [...services.values()];
  const refuse = (reason: string) => manifests.forEach(manifest => ledger.refuse(manifest, reason));
  const withoutGateway = running.filter(cluster => owners.addressesOf(cluster.name).length === 0).map(cluster => cluster.name);
  if (running.length === 0) {
    refuse('no cluster runs pods of the Service');
    return undefined;
  }
  if (withoutGateway.length > 0) {
    refuse(`no input says the address of the gateway of ${withoutGateway.join(', ')}: name it by --gateway ${withoutGateway[0]}=ADDRESS`);
    return undefined;
  }
  if (objectsIn(objectAt(manifests[0].content.spec).ports).some(port => port.name === undefined)) {
    refuse('a port has no name, by which entries of gateways find it: name it in the Service first');
    return undefined;
  }
  const found = servicePorts(manifests[0]).filter(({ isUdp }) => !isUdp);
  const undeclared = found.filter(({ protocol }) => protocol === undefined).map(port => `${port.name} (${port.number})`);
  const ports = found.map(({ protocol = 'tcp', ...port }) => ({ name: port.name, number: port.number, protocol }));
  const comments = undeclared.length === 0
    ? [] : [`No protocol is declared for ${undeclared.join(', ')}, so it is tcp: write http where it speaks HTTP.`];
  const [{ settings }] = [...services.keys()];
  const selector = objectAt(objectAt(manifests[0].content.spec).selector);
  const service: ServiceDraft = {
    name,
    namespace,
    suffix,
    ports,
    host: `${name}.${namespace}.${suffix}`,
    clusterDomain: settings.clusterDomain,
    addresses: [],
    isForeign: false,
    exporters: running.map(cluster => ({
      cluster: cluster.name,
      gateways: owners.addressesOf(cluster.name),
      versions: [],
      onlyExportedPorts: false,
      strictMtls: false,
      retire: false,
      comments,
      workloadSelector: selector,
    })),
  };
  manifests.forEach(manifest => ledger.leave(manifest, 'it stays: its name is the one that callers use in every cluster'));
  const isReplicated = running.length === services.size;
  const targetPorts = Object.fromEntries(objectsIn(objectAt(manifests[0].content.spec).ports)
    .flatMap(port => typeof port.targetPort === 'string' ? [[String(port.name), port.targetPort]] : []));
  return {
    service,
    isReplicated,
    imports: [...services.keys()].filter(cluster => running.some(other => other !== cluster)).map(cluster => ({
      cluster: cluster.name,
      namespace,
      service,
      viaEgress: false,
      addresses: [],
      policy: {},
      retire: false,
      comments: [],
      sources: [],
      local: { createService: false, ...Object.keys(targetPorts).length > 0 && { targetPorts } },
    })),
  };
}
