import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Ended, attempt } from '../process';
import { kubeconfigOf, TOKEN } from './kube';
import { addHost, STATE } from './machine';
import type { Rig } from './rig';

/** Address of the machine of a person who looks at the clusters. */
const ADDRESS = '10.60.0.2';

/** The command `istio-mesh` on a machine of its own, from which all clusters and their DNS can be reached. */
export class LiveCommand {
  /** Creates the machine, and a kubeconfig with a context for each cluster. */
  public static async of(rig: Rig): Promise<LiveCommand> {
    const netns = await addHost('person', [ADDRESS]);
    mkdirSync(join('/etc/netns', netns), { recursive: true });
    writeFileSync(join('/etc/netns', netns, 'resolv.conf'), `nameserver ${rig.cluster1.dnsAddress}\n`);
    return new LiveCommand(rig, netns);
  }

  private constructor(private readonly rig: Rig, private readonly netns: string) {}

  /**
   * Runs the command for all clusters.
   * @param tokens tokens of the user, by the name of the cluster; those of the administrator otherwise
   */
  public run(args: string[], tokens?: { readonly [cluster: string]: string }): Promise<Ended> {
    const { cluster1, cluster2, cluster3, program } = this.rig;
    const clusters = [cluster1, cluster2, cluster3];
    const kubeconfig = join(STATE, tokens ? 'kubeconfig-of-rights' : 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(clusters.map(({ name, kube }) => ({ name, kube, token: tokens?.[name] ?? TOKEN }))));
    const command = [process.execPath, '--import', require.resolve('tsx'), join(__dirname, '..', 'istio-mesh.ts'), ...args];
    const contexts = clusters.flatMap(({ name }) => ['--context', name]);
    const reach = ['--kubectl', join(__dirname, 'kubectl.sh'), '--kubeconfig', kubeconfig, ...contexts];
    const env = { ...process.env, RIG_KUBECTL: program('kubectl'), RIG_STATE: STATE };
    return attempt('ip', ['netns', 'exec', this.netns, ...command, ...reach], { env, seconds: 300 });
  }
}
