import { LONGEST_NOTICE } from './lost-network';
import { connect, sleep, until } from '../cluster/machine';
import { answers, curl, Rig, steady, url } from '../cluster/rig';
import { must } from '../proof';

/** One of two exporting clusters loses its network under load. At most one request of each client fails, and none that begins 4 s later. */
export async function failover(rig: Rig): Promise<string> {
  const figures: string[] = [];
  for (const namespace of ['direct', 'egress']) {
    await until(`both clusters answer in ${namespace}`, async () => (await answers(rig, namespace, 'catalog.shop.global', 40)).size === 2);
    const errors = await curl(rig, namespace, url('catalog', '/status/500?n=[1-20]'), '-o', '/dev/null');
    must(errors.code.endsWith('500'), `an application error came as ${errors.code}`);
    const after = await answers(rig, namespace, 'catalog.shop.global', 40);
    must(after.size === 2, `an application that answers 500 was ejected: ${[...after.keys()].join(', ')}`);

    let lost = Infinity;
    const failures: Array<{ client: number; began: number }> = [];
    let requests = 0;
    let retries = 0;
    const end = Date.now() + 14_000;
    const client = async (id: number) => {
      while (Date.now() < end) {
        const began = Date.now();
        const { code, body } = await curl(rig, namespace, url('catalog'));
        // The caller's Envoy sends the number of the attempt in a header, and the server returns its headers.
        const attempts = Number(/"X-Envoy-Attempt-Count": \[\s*"(\d+)"/.exec(body)?.[1] ?? 1);
        if (began > lost) {
          requests++;
        }
        retries += attempts - 1;
        if (code !== '200') {
          failures.push({ client: id, began: began - lost });
        }
      }
    };
    const gateway = rig.cluster2.pod('istio-system', 'istio-ingressgateway');
    const cut = sleep(3000).then(async () => {
      lost = Date.now();
      await connect(gateway.netns, false);
    });
    await Promise.all([cut, ...[0, 1, 2].map(client)]);
    await connect(gateway.netns, true);
    for (const importer of ['direct', 'egress']) {
      await steady(rig, importer, url('cart'));
    }
    const perClient = [0, 1, 2].map(id => failures.filter(failure => failure.client === id).length);
    must(Math.max(...perClient) <= 1, `${namespace}: failed requests per client ${perClient.join(', ')}`);
    const lastFailure = Math.max(...failures.map(({ began }) => began));
    must(lastFailure < LONGEST_NOTICE, `${namespace}: a request failed that began ${lastFailure} ms after the loss`);
    figures.push(`${namespace} ${failures.length} of ${requests} requests lost, at most one for each client, ${retries} retries of Envoy`);
  }
  return `${figures.join('; ')}; an application that answers 500 is not ejected`;
}
