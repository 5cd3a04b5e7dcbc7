import { ApiObject, ApiObjectProps, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { Rule } from './rbac';
import { CLUSTER_FACTS } from './target';
import { cleanedUpIn, onCleanedUp, OwnObject, provenanceOf } from '../objects/provenance';
import { unwrittenScope } from '../objects/unwritten';

/** Annotations of an object that Argo CD creates once the Application and the objects that it applied are deleted. */
export const HOOK = {
  'argocd.argoproj.io/hook': 'PostDelete',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
};

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const ROLE_ID = 'role-in-';

/** Settings of the roles of a clean-up. */
export interface CleanupRolesSettings {
  /** Chart whose objects the clean-up removes. */
  readonly chart: Chart;
  /** ServiceAccount of the Job. The roles have the name of the account. */
  readonly account: { readonly name: string; readonly namespace: string };
  /** Whether the Job is a hook of Argo CD. */
  readonly isHook: boolean;
  /** Rules by namespace, with the key "" for those of the whole cluster, as they are when the app is synthesized. */
  readonly rules: () => ReadonlyMap<string, Rule[]>;
}

/**
 * Adds the roles of a clean-up to a construct: one in each namespace that holds an object to remove, and one for the whole
 * cluster. Which objects the chart holds is known once everything is declared, so each one adds the roles that it needs.
 */
export function addCleanupRoles(scope: Construct, settings: CleanupRolesSettings): void {
  const roles = new CleanupRoles(scope, settings);
  roles.addRolesOfCluster();
  const onRemoved = () => roles.replaceAll();
  onCleanedUp(settings.chart, { onAdded: object => roles.allowRemovalOf(object), onRemoved });
  onCleanedUp(roles.unwritten, { onAdded: object => roles.allowRemovalOfRetired(object), onRemoved });
}

class CleanupRoles {
  /** Chart of the objects that `chart` declares and no folder holds any more. */
  public readonly unwritten: Chart;
  private readonly removedNamespaces = new Set<string>();

  public constructor(private readonly scope: Construct, private readonly settings: CleanupRolesSettings) {
    this.unwritten = Chart.of(unwrittenScope(settings.chart));
  }

  /** Adds the roles that the clean-up of a cluster always needs, since it asks for the istiod of the cluster. */
  public addRolesOfCluster(): void {
    const facts = CLUSTER_FACTS.of(this.settings.chart);
    if (facts) {
      this.allowIn(facts.istioNamespace);
      this.allowIn('');
    }
  }

  /** Replaces all roles after objects were removed from the chart, whose roles would be empty. */
  public replaceAll(): void {
    this.removedNamespaces.clear();
    this.scope.node.children.map(({ node }) => node.id).filter(isRoleId).forEach(id => this.scope.node.tryRemoveChild(id));
    this.addRolesOfCluster();
    cleanedUpIn(this.settings.chart).forEach(object => this.allowRemovalOf(object));
    cleanedUpIn(this.unwritten).forEach(object => this.allowRemovalOfRetired(object));
  }

  /** Adds the roles that the removal of an object of the chart needs. */
  public allowRemovalOf(object: ApiObject): void {
    if (!this.settings.isHook || object.kind !== 'Namespace') {
      this.allowRemoval(object);
      return;
    }
    this.allowInRemoved(object.metadata.name!);
    keepOnDeletion(object);
  }

  /** Adds the roles that the removal of a retired object needs: the folder of the chart no longer holds the object. */
  public allowRemovalOfRetired(object: ApiObject): void {
    if (!this.settings.isHook || object.kind !== 'Namespace') {
      this.allowRemoval(object);
      return;
    }
    this.allowInRemoved(object.metadata.name!);
  }

  /**
   * Moves the rules for a namespace that a hook removes to the role of the whole cluster: Argo CD would try without end to create a role
   * in that namespace again, and a role that is no part of the hook would exist all the time.
   */
  private allowInRemoved(namespace: string): void {
    this.allowIn('');
    this.scope.node.tryRemoveChild(roleId(namespace));
    this.removedNamespaces.add(namespace);
  }

  private allowRemoval(object: ApiObject): void {
    const { kind, metadata: { name, namespace = '' } } = object;
    if (kind === 'Namespace') {
      this.allowIn('');
      this.allowIn(name!);
      return;
    }
    // Argo CD deletes what it applied. It did not write shared parts, and a controller may have created the secret of the CA.
    const isLeftByArgoCd = provenanceOf(object).sharedPart !== undefined || kind === 'Secret' && name === 'cacerts';
    if (!this.settings.isHook || isLeftByArgoCd) {
      this.allowIn(namespace);
      this.allowIn('');
    }
  }

  private rulesIn(namespace: string): Rule[] {
    const rules = this.settings.rules();
    const inRemoved = namespace === '' ? [...this.removedNamespaces].sort().flatMap(name => rules.get(name) ?? []) : [];
    return once([...rules.get(namespace) ?? [], ...inRemoved]);
  }

  /** Adds the role for a namespace once; for the whole cluster where the namespace is empty. */
  private allowIn(namespace: string): void {
    const id = roleId(namespace);
    if (this.scope.node.tryFindChild(id) || this.removedNamespaces.has(namespace)) {
      return;
    }
    const { account, isHook } = this.settings;
    const apiVersion = `${RBAC_GROUP}/v1`;
    const kind = namespace === '' ? 'ClusterRole' : 'Role';
    const metadata = { name: account.name, ...namespace !== '' && { namespace }, ...isHook && { annotations: HOOK } };
    const role = new Construct(this.scope, id);
    const add = (name: string, object: ApiObjectProps) => new OwnObject(role, name, object, { isOwnContent: false });
    add(kind, { apiVersion, kind, metadata, rules: Lazy.any({ produce: () => this.rulesIn(namespace) }) });
    add(`${kind}Binding`, {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC_GROUP, kind, name: account.name },
      subjects: [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }],
    });
  }
}

/** Rules as they are when the app is synthesized, each once. */
function once(rules: Rule[]): Rule[] {
  return [...new Map(rules.map(rule => [JSON.stringify(rule), rule])).values()];
}

/** Id of the construct of a role; the namespace is empty for the role of the whole cluster. */
function roleId(namespace: string): string {
  return namespace === '' ? 'cluster-role' : ROLE_ID + namespace;
}

function isRoleId(id: string): boolean {
  return id === roleId('') || id.startsWith(ROLE_ID);
}

/** Leaves the deletion of a namespace to the Job, which first looks for objects of others in it. */
function keepOnDeletion({ metadata }: ApiObject): void {
  const { annotations } = metadata.toJson();
  const options = String(annotations?.[SYNC_OPTIONS] ?? '').split(',').filter(option => option !== '' && !option.startsWith('Delete='));
  metadata.addAnnotation(SYNC_OPTIONS, [...options, 'Delete=false'].join());
}
