import { createHash } from 'crypto';
import { ApiObject, ApiObjectMetadata, ApiObjectProps, Chart, Lazy, Names } from 'cdk8s';
import { Construct } from 'constructs';
import { cleanupJob } from './job';
import { cleanupRules, Rule } from './rbac';
import { cleanupPlan } from './removal';
import { cleanupScript } from './script';
import { CleanupTarget, CLUSTER_FACTS } from './target';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { asLabel } from '../names';
import { onCleanedUp, provenanceOf } from '../objects/provenance';
import { unwrittenScope } from '../objects/unwritten';

/** How a clean-up runs. */
export interface CleanupOptions {
  /**
   * Image of the Job: a shell and kubectl, of a version that fits the cluster.
   * @default - docker.io/alpine/k8s, pinned by its digest
   */
  readonly image?: string;

  /**
   * Whether Argo CD runs the clean-up as a PostDelete hook, once the Application is deleted and what it applied is gone. The
   * clean-up then stands in the cluster's own folder and runs in the namespace `default`, which no deletion removes. Argo CD
   * leaves the namespaces of ours to the clean-up, which removes those that hold nothing of others.
   * @default false - the clean-up stands in a folder of its own, which no engine applies
   */
  readonly argoCdHook?: boolean;
}

/** A clean-up on its own. */
export interface CleanupProps extends CleanupOptions {
  /** Chart that is cleaned up: the objects of it that this library made are removed. */
  readonly chart: Chart;
}

const HOOK = { 'argocd.argoproj.io/hook': 'PostDelete', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded' };

const OPTIONS = 'argocd.argoproj.io/sync-options';
const KEPT_ON_DELETION = { [OPTIONS]: 'Delete=false' };

/** Argo CD creates the objects of a hook in any order, and again when they are gone, so their namespace must outlive the hook. */
const HOOK_NAMESPACE = 'default';

const IMAGE = 'docker.io/alpine/k8s:1.34.1@sha256:ec714df3813b5405292860f8a1c55c5727bf8c33c88992f1e981efad8065547f';

/**
 * The guide's "Cleanup the example" and "Uninstalling": a Job that removes what this library made in a chart, and nothing
 * else, since its roles name every object. Imports go first, then services, and the CA last. Objects that others write to
 * lose our part alone, namespaces of ours go when they are empty, and Istio is uninstalled by whatever installed it. A
 * `MeshApp` writes the same for each cluster of a `Mesh` as a script, `clean-up.sh`.
 */
export class Cleanup extends Construct {
  private readonly props: CleanupProps;
  private readonly name: string;
  private readonly namespace: string;
  private readonly isHook: boolean;
  private readonly removedNamespaces = new Set<string>();

  /** @throws MESH004 for an empty image */
  public constructor(scope: Construct, id: string, props: CleanupProps) {
    super(scope, id);
    const { chart, image = IMAGE, argoCdHook = false } = props;
    if (image === '') {
      throw new MeshError({
        code: MeshErrorCode.EMPTY, where: 'Cleanup', what: 'no image', got: '', expected: 'an image with a shell and kubectl', fix: 'leave image out',
      });
    }
    this.props = props;
    this.isHook = argoCdHook;
    this.name = asLabel(`mesh-cleanup-${this.target().name}`);
    this.namespace = argoCdHook ? HOOK_NAMESPACE : this.name;
    const annotated = argoCdHook ? { annotations: HOOK } : {};
    const { name, namespace } = this;
    if (!argoCdHook) {
      this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    this.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, ...annotated } });
    this.add({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, ...annotated },
      data: Lazy.any(
        { produce: () => ({ 'clean-up.sh': this.jobScript }) },
      ),
    });
    // A Job cannot be changed: its name carries a digest of what it does.
    const digest = () => createHash('sha256').update(`${image}\n${this.jobScript}`).digest('hex').slice(0, 8);
    const job = Lazy.any({ produce: () => asLabel(`${name}-${digest()}`) });
    this.add({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: job, namespace, ...annotated }, spec: cleanupJob({ name, image }) });
    // Which objects there are is known once everything is declared; a role is needed in each namespace that holds one.
    const { istioNamespace } = CLUSTER_FACTS.of(chart) ?? {};
    if (istioNamespace !== undefined) {
      this.allowIn(istioNamespace);
      this.allowIn('');
    }
    onCleanedUp(chart, object => this.prepareFor(object, true));
    onCleanedUp(Chart.of(unwrittenScope(chart)), object => this.prepareFor(object, false));
  }

  /** The clean-up as a script for POSIX shells, of what is declared so far. */
  public get script(): string {
    return cleanupScript(this.target());
  }

  /** The script of the Job. A hook of Argo CD finds less: the rest went with the Application. */
  private get jobScript(): string {
    return cleanupScript(this.jobTarget());
  }

  private target(): CleanupTarget {
    const { chart } = this.props;
    const name = /^[a-z0-9-]+$/.test(chart.node.id) ? chart.node.id : Names.toDnsLabel(chart);
    return { name, plan: cleanupPlan(chart), istio: CLUSTER_FACTS.of(chart)?.istio() };
  }

  private jobTarget(): CleanupTarget {
    const target = this.target();
    if (!this.isHook) {
      return target;
    }
    const secrets = target.plan.trust.filter(({ plural }) => plural === 'secrets');
    return { ...target, plan: { ...target.plan, services: [], resolvers: [], trust: secrets } };
  }

  /** Adds the roles that the removal of an object needs. `isWritten` tells whether the folder of the chart holds the object. */
  private prepareFor(object: ApiObject, isWritten: boolean): void {
    const { kind, metadata: { name, namespace = '' } } = object;
    if (kind === 'Namespace') {
      this.allowIn('');
      if (!this.isHook) {
        this.allowIn(name!);
      } else if (isWritten) {
        this.node.tryRemoveChild(roleId(name!));
        this.allowIn(name!, KEPT_ON_DELETION);
        keepOnDeletion(object);
      } else {
        // A namespace that a retirement has removed is not created again for a role.
        this.node.tryRemoveChild(roleId(name!));
        this.removedNamespaces.add(name!);
      }
      return;
    }
    const isLeftToArgoCd = this.isHook && provenanceOf(object).sharedPart === undefined && !(kind === 'Secret' && name === 'cacerts');
    if (!isLeftToArgoCd) {
      this.allowIn(namespace);
      this.allowIn('');
    }
  }

  /**
   * Adds the role for a namespace, or for the whole cluster, once. The role of a namespace that the clean-up removes is no
   * part of the hook: Argo CD would try for ever to create it again.
   */
  private allowIn(place: string, annotations: { [key: string]: string } = HOOK): void {
    const id = roleId(place);
    if (this.node.tryFindChild(id) || this.removedNamespaces.has(place)) {
      return;
    }
    const metadata: ApiObjectMetadata = {
      name: this.name, ...place !== '' && { namespace: place }, ...this.isHook && { annotations },
    };
    const rules = Lazy.any({ produce: (): Rule[] => cleanupRules(this.jobTarget()).get(place) ?? [] });
    const prefix = place === '' ? 'Cluster' : '';
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const role = new Construct(this, id);
    this.add({ apiVersion, kind: `${prefix}Role`, metadata, rules }, role);
    this.add({
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name: this.name },
      subjects: [{ kind: 'ServiceAccount', namespace: this.namespace, name: this.name }],
    }, role);
  }

  private add(object: ApiObjectProps, scope: Construct = this): void {
    new ApiObject(scope, object.kind, object);
  }
}

function roleId(place: string): string {
  return place === '' ? 'cluster-role' : `role-in-${place}`;
}

/** Leaves a namespace to the Job, which first looks for what others put into it. */
function keepOnDeletion({ metadata }: ApiObject): void {
  const { annotations } = metadata.toJson();
  const options = String(annotations?.[OPTIONS] ?? '').split(',').filter(option => option !== '' && !option.startsWith('Delete='));
  metadata.addAnnotation(OPTIONS, [...options, 'Delete=false'].join());
}
