import { ApiObject, Chart } from 'cdk8s';
import { MeshCluster } from '../mesh/cluster';
import { isMadeHere, SharedPart, sharedPart } from '../objects/provenance';
import { retiredIn } from '../checks/declarations';
import { stageOf } from '../gitops/stages';

/** Objects of one kind in one namespace. */
export interface Removal {
  /** The path of the group and version on the API server. */
  readonly path: string;
  readonly group: string;
  /** The kind, as RBAC and kubectl name it: lower case, plural. */
  readonly plural: string;
  /** None for objects of the cluster. */
  readonly namespace?: string;
  readonly names: string[];
}

/** Our part of an object that stays. */
export interface TakeOut extends Removal {
  readonly part: SharedPart;
}

/** What is removed from a cluster, in its order. */
export interface CleanupPlan {
  /** Who calls, then what is called. */
  readonly services: Removal[];
  /** What sends names to a resolver, before the resolver. */
  readonly takeOuts: TakeOut[];
  readonly resolvers: Removal[];
  /** Once Istio is gone: without its CA every workload would lose its identity. */
  readonly trust: Removal[];
  /** Those that were made here, if they are empty by then. */
  readonly namespaces: string[];
}

/** What this library made in a chart, in the order in which it goes. */
export function cleanupPlan(chart: Chart): CleanupPlan {
  // With what retires, and was there before: nobody but an engine removes it.
  const charts = MeshCluster.isMeshCluster(chart) && chart._gone ? [chart, chart._gone] : [chart];
  const objects = charts.flatMap(one => [...one.node.findAll(), ...retiredIn(one)])
    .filter((node): node is ApiObject => ApiObject.isApiObject(node) && charts.includes(node.chart) && isMadeHere(node));
  const istioNamespace = MeshCluster.isMeshCluster(chart) ? chart.istioNamespace : 'istio-system';
  const found = objects.map(object => {
    const { apiVersion, kind, apiGroup: group, metadata: { namespace } } = object;
    const name = object.metadata.name!;
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const one = { path, group: group === 'core' ? '' : group, plural: plural(kind), namespace, names: [name] };
    return { ...one, part: sharedPart(object), stage: stageOf({ group: one.group, kind, name, namespace }, istioNamespace) };
  });
  const of = (stage: string) => together(found.filter(object => object.stage === stage && object.part === undefined));
  // Whatever delivers the CA, a controller makes the secret itself of it, and may leave it behind.
  const secret = MeshCluster.isMeshCluster(chart) && chart.trust ? [{ path: '/api/v1', group: '', plural: 'secrets', namespace: istioNamespace, names: ['cacerts'] }] : [];
  return {
    services: ['rest', 'entries', 'rules'].flatMap(of),
    takeOuts: found.flatMap(object => object.part === undefined ? [] : [{ ...object, part: object.part }]),
    resolvers: of('dns'),
    // What delivers it goes first: it would make the secret again.
    trust: [...of('trust').filter(({ plural: kind }) => secret.length === 0 || kind !== 'secrets'), ...secret],
    namespaces: of('namespaces').flatMap(({ names }) => names),
  };
}

/** One line for each kind and namespace. */
function together(removals: Removal[]): Removal[] {
  const groups = new Map<string, Removal>();
  for (const { path, group, plural: kind, namespace, names } of removals) {
    const key = [path, kind, namespace].join(' ');
    const all = new Set([...groups.get(key)?.names ?? [], ...names]);
    groups.set(key, { path, group, plural: kind, namespace, names: [...all].sort() });
  }
  return [...groups.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, removal]) => removal);
}

/** As Kubernetes forms it, for the kinds that are made here. */
function plural(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) {return `${lower.slice(0, -1)}ies`;}
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}
