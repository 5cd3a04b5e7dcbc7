import { createHash } from 'crypto';
import { ApiObject, ApiObjectMetadata, ApiObjectProps, Chart, Names } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshCluster } from '../mesh/cluster';
import { INSTALL_FOLDER } from '../output/folders';
import { MeshError, MeshErrorCode } from '../errors/mesh-error';
import { asLabel } from '../names';
import { RetirementStep } from '../mesh/retirement';
import { cleanupJob } from './job';
import { isMadeHere } from '../objects/provenance';
import { cleanupRules, Rule } from './rbac';
import { cleanupPlan } from './removal';
import { cleanupScript, CleanupTarget, InstalledIstio } from './script';

/** How a clean-up runs. */
export interface CleanupOptions {
  /**
   * The image of the Job: a shell and kubectl, of a version that fits the cluster.
   * @default - docker.io/alpine/k8s, pinned by its digest
   */
  readonly image?: string;

  /**
   * Whether it is for Argo CD, to be run when the Application is deleted and what it applied is gone (a PostDelete hook).
   * It then stands in the cluster's own folder and runs in the namespace `default`, which no deletion takes. Namespaces
   * that were made here are left to it: it removes them when nothing of others is in them.
   * @default false - it stands in a folder of its own, which nothing applies by itself
   */
  readonly argoCdHook?: boolean;
}

/** A clean-up on its own. */
export interface CleanupProps extends CleanupOptions {
  /** What is removed: the objects of this chart that this library made. */
  readonly chart: Chart;
}

const HOOK = { 'argocd.argoproj.io/hook': 'PostDelete', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded' };

const OPTIONS = 'argocd.argoproj.io/sync-options';
/** Stays when the Application goes. */
const STAYS = { [OPTIONS]: 'Delete=false' };

/** Argo CD makes the objects of a hook in any order, and those that are gone again: their namespace must be there before and after. */
const HOOK_NAMESPACE = 'default';

const IMAGE = 'docker.io/alpine/k8s:1.34.1@sha256:ec714df3813b5405292860f8a1c55c5727bf8c33c88992f1e981efad8065547f';

/**
 * The guide's "Cleanup the example" and "Uninstalling": a Job that removes from a cluster what this library made in a
 * chart, in the order that cuts nobody, and nothing else: its roles name every object. Objects that others write to lose
 * our part alone, namespaces that were made here go when they are empty, and Istio goes the way it came. The same is a
 * script, `clean-up.sh`, beside the objects that a `MeshApp` writes for a `Mesh`.
 */
export class Cleanup extends Construct {
  private readonly props: CleanupProps;

  /** @throws MESH004 for an empty image */
  public constructor(scope: Construct, id: string, props: CleanupProps) {
    super(scope, id);
    this.props = props;
    if (props.image === '') {
      throw new MeshError({ code: MeshErrorCode.EMPTY, where: 'Cleanup', what: 'no image', got: '', expected: 'an image with a shell and kubectl', fix: 'leave image out' });
    }
    // What there is to remove is known when everything is declared.
    this.node.addValidation({ validate: () => this.complete() });
  }

  /** The clean-up as a script for POSIX shells, of what is declared so far. */
  public get script(): string {
    return cleanupScript(this.target());
  }

  private target(): CleanupTarget {
    const { chart } = this.props;
    return { name: /^[a-z0-9-]+$/.test(chart.node.id) ? chart.node.id : Names.toDnsLabel(chart), plan: cleanupPlan(chart), istio: this.istio() };
  }

  /** What is left when Argo CD has taken what it applied. */
  private afterDeletion(): CleanupTarget {
    const target = this.target();
    const secrets = target.plan.trust.filter(({ plural }) => plural === 'secrets');
    return { ...target, plan: { ...target.plan, services: [], resolvers: [], trust: secrets } };
  }

  private complete(): string[] {
    this.node.children.forEach(child => this.node.tryRemoveChild(child.node.id));
    const { image = IMAGE, argoCdHook = false } = this.props;
    const target = argoCdHook ? this.afterDeletion() : this.target();
    const name = asLabel(`mesh-cleanup-${target.name}`);
    const namespace = argoCdHook ? HOOK_NAMESPACE : name;
    const script = cleanupScript(target);
    const digest = createHash('sha256').update(`${image}\n${script}`).digest('hex').slice(0, 8);
    const run = argoCdHook ? { annotations: HOOK } : {};
    if (argoCdHook) {this.keepNamespaces();} else {this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });}
    this.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, ...run } });
    this.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...run }, data: { 'clean-up.sh': script } });
    const all = cleanupRules(target);
    const made = this.madeNamespaces().map(node => node.name);
    for (const place of [...all.keys()].sort()) {
      const goes = argoCdHook && target.plan.namespaces.includes(place);
      // One that a retirement has taken is not made again for a role.
      if (goes && !made.includes(place)) {continue;}
      // A role goes with its namespace: as part of the hook, Argo CD would try for ever to make it again.
      const annotations = argoCdHook && (goes ? STAYS : HOOK);
      this.allow({ name, ...place !== '' && { namespace: place }, ...annotations && { annotations } }, { namespace, name }, all.get(place)!);
    }
    // A Job cannot be changed: what it does is part of its name.
    this.add({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: asLabel(`${name}-${digest}`), namespace, ...run }, spec: cleanupJob({ name, image }) });
    return [];
  }

  private allow(metadata: ApiObjectMetadata, account: { readonly namespace: string; readonly name: string }, rules: Rule[]): void {
    const prefix = metadata.namespace === undefined ? 'Cluster' : '';
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    this.add({ apiVersion, kind: `${prefix}Role`, metadata, rules });
    this.add({
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    });
  }

  private add(object: ApiObjectProps): void {
    new ApiObject(this, [object.kind, object.metadata?.namespace ?? ''].join('-'), object);
  }

  /** Leaves the namespaces that were made here to the Job, which looks into them first. */
  private keepNamespaces(): void {
    for (const { metadata } of this.madeNamespaces()) {
      const options = String(metadata.toJson().annotations?.[OPTIONS] ?? '').split(',').filter(option => option !== '' && !option.startsWith('Delete='));
      metadata.addAnnotation(OPTIONS, [...options, 'Delete=false'].join());
    }
  }

  private madeNamespaces(): ApiObject[] {
    return this.props.chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.kind === 'Namespace' && isMadeHere(node));
  }

  private istio(): InstalledIstio | undefined {
    const { chart } = this.props;
    if (!MeshCluster.isMeshCluster(chart)) {return undefined;}
    const { istioNamespace: namespace, controlPlane, clusterName: cluster } = chart;
    const found = { cluster, namespace, revision: chart._revision };
    const engine = chart.gitOps?._engine;
    if (engine?.installsIstio) {
      const step = chart._hasReached(RetirementStep.CONTROL_PLANE) ? '' : `set retire: RetirementStep.CONTROL_PLANE on ${cluster}, commit, and `;
      return { ...found, byEngine: `${step}wait until ${engine.name} has applied it`, byHand: {} };
    }
    const releases = controlPlane.files().flatMap(({ helm }) => helm ?? []).reverse();
    const file = `"$(dirname "$0")/../../${INSTALL_FOLDER}/${chart.clusterName}/istio-operator.yml"`;
    const helm = releases.map(release => `helm uninstall ${release.name} --namespace=${release.namespace} --ignore-not-found`).join(' && ');
    // istioctl needs the values, which are written until then.
    const istioctl = chart._hasReached(RetirementStep.CA) ? undefined : controlPlane.uninstallCommand(file);
    return { ...found, byHand: { ...istioctl !== undefined && { istioctl }, ...helm && { helm } } };
  }
}
