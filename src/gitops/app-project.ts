import { ApiObject, Lazy } from 'cdk8s';
import type { ArgoCdSettings, Destination } from './argo-cd-settings';
import type { EngineObject, EngineTarget } from './engine';
import { helmFiles } from './helm-charts';
import { namespaceOf } from '../objects/provenance';

/** A kind of objects as an AppProject names it; the core group is empty. */
interface Kind {
  readonly group: string;
  readonly kind: string;
}

const kindsOf = (group: string, ...names: string[]): Kind[] => names.map(kind => ({ group, kind }));

/**
 * Kinds of this library with a namespace that Argo CD may prune without a question, whether the folder holds one now or not: it prunes
 * no object of a kind that its project does not allow, so the last object of a kind would stay.
 */
const OWN_KINDS: Kind[] = [
  ...kindsOf('', 'ConfigMap', 'Service', 'ServiceAccount'),
  ...kindsOf('apps', 'Deployment'),
  ...kindsOf('gateway.networking.k8s.io', 'Gateway'),
  ...kindsOf('monitoring.coreos.com', 'PrometheusRule'),
  ...kindsOf('networking.istio.io', 'DestinationRule', 'Gateway', 'ServiceEntry', 'VirtualService', 'WorkloadEntry'),
  ...kindsOf('networking.k8s.io', 'NetworkPolicy'),
  ...kindsOf('policy', 'PodDisruptionBudget'),
  ...kindsOf('security.istio.io', 'AuthorizationPolicy', 'PeerAuthentication'),
];

/** Kinds of Istio's charts base, istiod and gateway. */
const CHART_KINDS: Kind[] = [
  ...kindsOf('', 'ConfigMap', 'Service', 'ServiceAccount'),
  ...kindsOf('apps', 'Deployment'),
  ...kindsOf('autoscaling', 'HorizontalPodAutoscaler'),
  ...kindsOf('rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
];
const CLUSTER_CHART_KINDS: Kind[] = [
  ...kindsOf('admissionregistration.k8s.io', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'),
  ...kindsOf('apiextensions.k8s.io', 'CustomResourceDefinition'),
  ...kindsOf('rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
];

/** Name of the Application of a cluster, and of its AppProject. */
export function applicationName({ cluster }: EngineTarget): string {
  return `mesh-${cluster}`;
}

/**
 * AppProject of one Application. It allows what the folder of the cluster and the charts hold, so a commit cannot bring other kinds, or
 * objects in other namespaces, to the cluster.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
 */
export function appProject(settings: ArgoCdSettings, target: EngineTarget, destination: Destination): EngineObject {
  const { labels, namespace, repoUrl, charts, projectNamespaces } = settings;
  const hasCharts = settings.istioVersion !== undefined;
  const chartNamespaces = () => helmFiles(settings, target).map(({ helm }) => helm.namespace);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: {
      name: applicationName(target),
      namespace,
      ...labels && { labels },
      // An Application that is deleted needs its project until its own objects are deleted.
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
      annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
    },
    spec: Lazy.any({
      produce: () => {
        const objects = target.objects();
        const namespaces = [target.istioNamespace, ...namespacesOf(objects), ...chartNamespaces(), ...projectNamespaces];
        return {
          description: `Mesh objects of ${target.cluster}`,
          sourceRepos: [repoUrl, ...hasCharts ? [charts.url] : []],
          destinations: destinations(destination, [...new Set(namespaces)].sort()),
          clusterResourceWhitelist: once([...hasCharts ? CLUSTER_CHART_KINDS : [], ...kinds(objects.filter(isOfCluster))]),
          namespaceResourceWhitelist: once([...OWN_KINDS, ...hasCharts ? CHART_KINDS : [], ...kinds(objects).filter(mayHaveNamespace)]),
        };
      },
    }),
  };
}

/** The cluster with each namespace, and without one where the Application names none. */
function destinations({ namespace, ...cluster }: Destination, namespaces: string[]): Destination[] {
  return [...namespace === undefined ? [''] : [], ...namespaces].map(name => ({ ...cluster, namespace: name }));
}

/** Namespaces of objects, and Namespaces themselves, which may be declared before their first object. */
function namespacesOf(objects: ApiObject[]): string[] {
  return objects.flatMap(object => namespaceOf(object) ?? (object.kind === 'Namespace' ? object.name : []));
}

/** Whether an object may be one of the whole cluster. An object of the user without a namespace may also be in that of the Application. */
function isOfCluster(object: ApiObject): boolean {
  return namespaceOf(object) === undefined;
}

/** Whether objects of a kind may have a namespace, as far as the kind shows it. */
function mayHaveNamespace({ kind }: Kind): boolean {
  return kind !== 'Namespace' && !kind.startsWith('Cluster');
}

function kinds(objects: ApiObject[]): Kind[] {
  return objects.map(({ apiGroup, kind }) => ({ group: apiGroup === 'core' ? '' : apiGroup, kind }));
}

function once(some: Kind[]): Kind[] {
  const byName = new Map(some.map(kind => [`${kind.group}/${kind.kind}`, kind]));
  return [...byName.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, kind]) => kind);
}
