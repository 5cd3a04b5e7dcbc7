import { createHash } from 'crypto';
import { ApiObject, ApiObjectProps, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshCluster } from '../cluster';
import { isFolderChart } from '../gitops/folder-chart';
import { INSTALL_FOLDER } from '../gitops/folders';
import { MeshError, MeshErrorCode } from '../mesh-error';
import { asLabel } from '../names';
import { RetirementStep } from '../retirement';
import { cleanupJob } from './job';
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
   * Whether it is for Argo CD, to be run when the Application is deleted (a PostDelete hook). It then stands in the
   * cluster's own folder.
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
    const chart = Chart.of(this);
    if (isFolderChart(chart)) {chart.texts.set('clean-up.sh', () => this.script);}
    // What there is to remove is known when everything is declared.
    this.node.addValidation({ validate: () => this.complete() });
  }

  /** The clean-up as a script for POSIX shells, of what is declared so far. */
  public get script(): string {
    return cleanupScript(this.target());
  }

  private target(): CleanupTarget {
    const { chart } = this.props;
    return { name: chart.node.id, plan: cleanupPlan(chart), istio: this.istio() };
  }

  private complete(): string[] {
    this.node.children.forEach(child => this.node.tryRemoveChild(child.node.id));
    const { image = IMAGE } = this.props;
    const target = this.target();
    const name = asLabel(`mesh-cleanup-${target.name}`);
    const script = cleanupScript(target);
    const digest = createHash('sha256').update(`${image}\n${script}`).digest('hex').slice(0, 8);
    this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    this.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: name } });
    this.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: name }, data: { 'clean-up.sh': script } });
    const all = cleanupRules(target);
    [...all.keys()].sort().forEach(namespace => this.allow(name, namespace, all.get(namespace)!));
    // A Job cannot be changed: what it does is part of its name.
    this.add({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: asLabel(`${name}-${digest}`), namespace: name }, spec: cleanupJob({ name, image }) });
    return [];
  }

  private allow(name: string, namespace: string, rules: Rule[]): void {
    const prefix = namespace === '' ? 'Cluster' : '';
    const metadata = { name, ...namespace !== '' && { namespace } };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    this.add({ apiVersion, kind: `${prefix}Role`, metadata, rules });
    this.add({
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: name }],
    });
  }

  private add({ metadata, ...rest }: ApiObjectProps): void {
    const annotations = this.props.argoCdHook ? { annotations: HOOK } : {};
    new ApiObject(this, [rest.kind, metadata?.namespace ?? ''].join('-'), { ...rest, metadata: { ...metadata, ...annotations } });
  }

  private istio(): InstalledIstio | undefined {
    const { chart } = this.props;
    if (!MeshCluster.isMeshCluster(chart)) {return undefined;}
    const { istioNamespace: namespace, controlPlane } = chart;
    if (chart._hasReached(RetirementStep.CONTROL_PLANE)) {return { namespace, byHand: {} };}
    const engine = chart.gitOps?._engine;
    if (engine?.installsIstio) {
      const byEngine = `set retire: RetirementStep.CONTROL_PLANE on ${chart.clusterName}, commit, and wait until ${engine.name} has applied it`;
      return { namespace, byEngine, byHand: {} };
    }
    const releases = controlPlane.files().flatMap(({ helm }) => helm ?? []).reverse();
    const file = `"$(dirname "$0")/../../${INSTALL_FOLDER}/${chart.clusterName}/istio-operator.yml"`;
    const helm = releases.map(release => `helm uninstall ${release.name} --namespace=${release.namespace} --ignore-not-found`).join(' && ');
    return { namespace, byHand: { istioctl: controlPlane.uninstallCommand(file), ...helm && { helm } } };
  }
}
