import { until } from '../cluster/machine';
import type { Rig } from '../cluster/rig';
import { must } from '../proof';

/**
 * An istiod that starts without cacerts signs for itself, which the command of docs/how-to/repair-a-self-signed-istiod.md shows; once the secret is
 * there again, an istiod that is started anew does not. The clusters are of no use to other proofs after it.
 */
export async function boot({ cluster3, folder, pki }: Rig): Promise<string> {
  const signsForItself = () => cluster3.kube.kubectl(
    'get',
    'secret',
    'istio-ca-secret',
    '-n',
    'istio-system',
    '--ignore-not-found',
    '-o',
    'name',
  );
  must(await signsForItself() === '', 'istiod signed for itself although it had cacerts');
  const replicas = (count: number) => cluster3.kube.kubectl('scale', 'deployment/istiod', '-n', 'istio-system', `--replicas=${count}`);
  await cluster3.kube.kubectl('delete', 'secret', 'cacerts', '-n', 'istio-system');
  await replicas(2);
  await cluster3.run('istio-system', 'istiod');
  await until('an istiod without cacerts makes a CA of its own', async () => await signsForItself() !== '');
  await cluster3.deliverCa(`${folder}/cluster3`, pki.sealingKey);
  await cluster3.kube.kubectl('delete', 'secret', 'istio-ca-secret', '-n', 'istio-system');
  await replicas(3);
  await cluster3.run('istio-system', 'istiod');
  must(await signsForItself() === '', 'an istiod that was started with cacerts signs for itself');
  return 'an istiod that starts without cacerts signs for itself, and istio-ca-secret shows it; one that is started with cacerts again does not';
}
