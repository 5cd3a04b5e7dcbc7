import { until } from '../cluster/machine';
import type { Rig } from '../cluster/rig';
import { must } from '../proof';

/**
 * An istiod that starts without the secret `cacerts` makes its own CA, which the command in
 * docs/how-to/repair-a-self-signed-istiod.md detects. After the secret is restored, a new istiod does not. No other proof can use
 * the clusters afterwards.
 */
export async function boot({ cluster3, folder, pki }: Rig): Promise<string> {
  const isSelfSigned = async () => {
    const options = ['-n', 'istio-system', '--ignore-not-found', '-o', 'name'];
    return await cluster3.kube.kubectl('get', 'secret', 'istio-ca-secret', ...options) !== '';
  };
  must(!await isSelfSigned(), 'istiod signed for itself although it had cacerts');
  const scaleTo = (count: number) => cluster3.kube.kubectl('scale', 'deployment/istiod', '-n', 'istio-system', `--replicas=${count}`);
  await cluster3.kube.kubectl('delete', 'secret', 'cacerts', '-n', 'istio-system');
  await scaleTo(2);
  await cluster3.run('istio-system', 'istiod');
  await until('an istiod without cacerts makes a CA of its own', isSelfSigned);
  await cluster3.deliverCa(`${folder}/cluster3`, pki.sealingKey);
  await cluster3.kube.kubectl('delete', 'secret', 'istio-ca-secret', '-n', 'istio-system');
  await scaleTo(3);
  await cluster3.run('istio-system', 'istiod');
  must(!await isSelfSigned(), 'an istiod that was started with cacerts signs for itself');
  return 'an istiod that starts without cacerts signs for itself, and istio-ca-secret shows it; '
    + 'an istiod that starts with cacerts again does not';
}
