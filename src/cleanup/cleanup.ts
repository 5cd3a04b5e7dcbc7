import { createHash } from 'crypto';
import { ApiObjectProps, Chart, Lazy, Names } from 'cdk8s';
import { Construct } from 'constructs';
import { cleanupJob } from './job';
import { jobPolicy } from './job-policy';
import { cleanupPlan } from './plan';
import { cleanupRules } from './rbac';
import { addCleanupRoles, HOOK } from './roles';
import { cleanupScript } from './script';
import { CleanupTarget, CLUSTER_FACTS } from './target';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { asLabel, dnsLabel } from '../names';
import { NETWORK_POLICIES, NetworkPolicies } from '../network-policies/network-policies';
import { addNetworkPolicy } from '../network-policies/policy-object';
import { OwnObject } from '../objects/provenance';
import { chart as chartKind } from '../options/cdk8s-kinds';
import { checkedProps } from '../options/checked';
import { flag, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Settings of the clean-up of a cluster. */
export interface CleanupOptions {
  /**
   * Image of the Job. It must have a shell, coreutils and kubectl, of a version that the API server of the cluster supports.
   * @default - docker.io/alpine/k8s, pinned by its digest
   */
  readonly image?: string;

  /**
   * Whether Argo CD runs the clean-up as a PostDelete hook, once the Application and the objects that it applied are deleted.
   * The clean-up then stands in the folder of the cluster and runs in the namespace `hookNamespace`. All of its objects are part of the
   * hook: they exist from the deletion of the Application until the Job has succeeded. Argo CD leaves the namespaces of this library
   * to the clean-up, which removes those that hold no objects of others.
   * @default false - the clean-up stands in a folder of its own, which no engine applies
   */
  readonly argoCdHook?: boolean;

  /**
   * Namespace of the Job of a hook. It must exist, and no deletion may remove it. While the hook runs, whoever can create pods in it can
   * use the permissions of the Job, which include reading Secrets: choose a namespace of the owners of the cluster.
   * @default "kube-system"
   */
  readonly hookNamespace?: string;

  /**
   * NetworkPolicy of the Job: it connects to the API server only, and accepts no connection.
   * @default - that of the cluster; none outside of a cluster
   */
  readonly networkPolicies?: NetworkPolicies;
}

export const CLEANUP_OPTIONS = schema<CleanupOptions>({
  image: optional(text),
  argoCdHook: optional(flag),
  hookNamespace: optional(text),
  networkPolicies: optional(NETWORK_POLICIES),
});

/** Settings of a clean-up without a mesh. */
export interface CleanupProps extends CleanupOptions {
  /** Chart to clean up. The clean-up removes the objects of the chart that this library made. */
  readonly chart: Chart;
}

export const CLEANUP_PROPS = schema<CleanupProps>({ ...CLEANUP_OPTIONS.options, chart: required(chartKind) });

/**
 * Argo CD creates the objects of a hook in any order, and creates deleted ones again, so their namespace must outlive the hook. Only
 * owners of the cluster can create pods in this one.
 */
const HOOK_NAMESPACE = 'kube-system';

const IMAGE = 'docker.io/alpine/k8s:1.34.1@sha256:ec714df3813b5405292860f8a1c55c5727bf8c33c88992f1e981efad8065547f';

/**
 * The guide's "Cleanup the example" and "Uninstalling": a Job that removes the objects of a chart that this library made. Its
 * roles name every object, so it can remove no other one.
 *
 * Callers are removed before the services that they call, and the CA last. An object that others write to loses this library's
 * part only. A namespace of this library is removed if it is empty. Istio is uninstalled by the tool that installed it. For
 * each cluster of a `Mesh` with `cleanup`, a `MeshApp` also writes the clean-up as a script, `clean-up.sh`.
 *
 * @example
 * const chart = new Chart(app, 'cluster1');
 * new Sleep(chart, 'sleep', { istio: IstioRelease.V1_31, namespace: 'foo' });
 * new Cleanup(new Chart(app, 'clean-up'), 'cleanup', { chart });
 */
export class Cleanup extends Construct {
  private readonly chart: Chart;
  private readonly name: string;
  private readonly namespace: string;
  private readonly isHook: boolean;

  /**
   * Adds the objects of the clean-up: the Job, its ServiceAccount and its permissions.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props what the clean-up removes, and where its Job runs
   * @throws MESH001 for an invalid `hookNamespace`, MESH004 for an empty image
   */
  public constructor(scope: Construct, id: string, props: CleanupProps) {
    super(scope, id);
    const checked = checkedProps(CLEANUP_PROPS, this, props);
    const { chart, image = IMAGE, argoCdHook = false, hookNamespace = HOOK_NAMESPACE, networkPolicies } = checked;
    if (image === '') {
      throw new MeshError({
        code: MeshErrorCode.EMPTY,
        where: 'Cleanup',
        what: 'the image is empty',
        expected: 'an image with a shell, coreutils and kubectl',
        fix: 'leave image out, or name an image',
      });
    }
    this.chart = chart;
    this.isHook = argoCdHook;
    this.name = asLabel(`mesh-cleanup-${this.target().name}`);
    this.namespace = argoCdHook ? dnsLabel(hookNamespace, 'hook namespace', 'Cleanup') : this.name;
    this.addJob(image);
    if (networkPolicies?.isEnabled) {
      this.addPolicy(networkPolicies);
    }
    addCleanupRoles(this, {
      chart,
      account: { name: this.name, namespace: this.namespace },
      isHook: argoCdHook,
      rules: () => cleanupRules(this.jobTarget()),
    });
  }

  /** The clean-up as a script for POSIX shells. It removes the objects that have been declared so far. */
  public get script(): string {
    return cleanupScript(this.target());
  }

  /** Script of the Job. The Job of a hook removes fewer objects, since Argo CD has removed the others with the Application. */
  private get jobScript(): string {
    return cleanupScript(this.jobTarget());
  }

  private target(): CleanupTarget {
    const { chart } = this;
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

  /** Adds the Job with its script, its ServiceAccount and, unless it is a hook, its namespace. */
  private addJob(image: string): void {
    const { name, namespace, isHook } = this;
    const hook = isHook ? { annotations: HOOK } : {};
    if (!isHook) {
      this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    this.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, ...hook } });
    const data = Lazy.any({ produce: () => ({ 'clean-up.sh': this.jobScript }) });
    this.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...hook }, data });
    // A Job cannot be changed, so its name has a digest of its spec. The script is none of it: it changes with every import.
    const spec = cleanupJob({ name, image, isHook });
    const digest = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8);
    this.add({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: asLabel(`${name}-${digest}`), namespace, ...hook }, spec });
  }

  private addPolicy(policies: NetworkPolicies): void {
    const { name, namespace, isHook } = this;
    addNetworkPolicy(this, 'network-policy', jobPolicy({ name, namespace, ...isHook && { annotations: HOOK } }, policies), {});
  }

  private add(object: ApiObjectProps): void {
    new OwnObject(this, object.kind, object, { isOwnContent: false });
  }
}
