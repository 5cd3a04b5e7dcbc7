import { readFileSync } from 'fs';
import { join } from 'path';
import { documents, type Cluster } from '../cluster/cluster';
import { must } from '../proof';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'reference', 'istio-mesh.md');
const ACCOUNT = { name: 'reader', namespace: 'default' };

/** What no command needs. */
const MAY_NOT = [['get', 'secrets'], ['list', 'secrets'], ['patch', 'serviceentries.networking.istio.io'], ['delete', 'pods']];

/** Tokens of an account with exactly the rights that the documentation prints, by the name of the cluster. It may read no Secret. */
export async function rightsOf(clusters: Cluster[]): Promise<{ readonly [cluster: string]: string }> {
  const [, printed] = /## Rights[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const roles = documents(printed ?? '');
  must(roles.length === 2, `the page prints ${roles.length} roles`);
  const bindings = roles.map(({ metadata }) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', ...ACCOUNT }],
  }));
  const tokens = await Promise.all(clusters.map(async cluster => {
    await cluster.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: ACCOUNT }, ...roles, ...bindings]);
    const account = `--as=system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`;
    for (const [verb, resource] of MAY_NOT) {
      // The command ends with 1 for "no".
      const answer = await cluster.kube.kubectl('auth', 'can-i', verb, resource, '-A', account).catch(error => String(error));
      must(/^no$/m.test(answer), `the rights let the account ${verb} ${resource}`);
    }
    return [cluster.name, await cluster.kube.tokenOf(ACCOUNT.namespace, ACCOUNT.name)] as const;
  }));
  return Object.fromEntries(tokens);
}
