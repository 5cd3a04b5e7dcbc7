import { existsSync } from 'fs';
import { parse } from 'yaml';
import { GatewayAddress, Mesh, MeshApp, MeshErrorCode, Routing, ServicePort, ServiceVersion } from '../../../src';
import { until } from '../cluster/machine';
import { answers, codes, curl, manifest, Rig, steady, url } from '../cluster/rig';
import { must } from '../proof';

/** Weights hold within five sigma, and headers exactly, direct and through the egress gateway. */
export async function versions(rig: Rig): Promise<string> {
  const figures: string[] = [];
  for (const namespace of ['direct', 'egress']) {
    const spread = await answers(rig, namespace, 'cart.shop.global', 400);
    const [v1, v2] = ['cluster2 v1', 'cluster2 v2'].map(who => spread.get(who) ?? 0);
    must(v1 + v2 === 400, `${namespace}: ${v1 + v2} of 400 answered`);
    must(Math.abs(v2 - 40) <= 30, `${namespace}: ${v2} of 400 went to v2, expected 40 within 30 (five sigma)`);
    const jason = await answers(rig, namespace, 'cart.shop.global', 50, '-H', 'end-user: jason');
    must(jason.get('cluster2 v2') === 50, `${namespace}: of 50 requests by header, to v2 went ${jason.get('cluster2 v2')}`);
    figures.push(`${namespace} ${v1}/${v2}`);
  }
  const code = refusedWithoutSubset(rig);
  const without = await withoutSubset(rig);
  return `90/10 of 400 requests: ${figures.join(', ')}; by header 50 of 50 exact; `
    + `a version that the receiver does not have: ${code} at synth and no file written, on a cluster ${without}`;
}

/** Declares a route to a version that the exporter does not declare, and returns the code of the error. */
function refusedWithoutSubset(rig: Rig): string {
  const outdir = `${rig.folder}-without-subset`;
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: rig.istio });
  const [caller, exporter] = ['203.0.113.10', '203.0.113.20'].map(
    (address, i) => mesh.addCluster(`cluster${i + 1}`, { ingressGateway: GatewayAddress.of(address) }),
  );
  const ports = [ServicePort.http('http', 8000)];
  const cart = exporter.exportService('cart', { namespace: 'shop', ports, versions: [ServiceVersion.of('v1')] });
  caller.importService(cart, { namespace: 'direct', routing: Routing.weights({ v1: 90, v2: 10 }) });
  try {
    app.synth();
  } catch (error) {
    must(String(error).includes(MeshErrorCode.ROUTING), `refused, but with ${error}`);
    must(!existsSync(outdir), 'a refused synth has written files');
    return MeshErrorCode.ROUTING;
  }
  throw new Error('a version that the receiver does not have was not refused');
}

/** Makes the same mistake by hand on the cluster, which shows why the check exists. Returns how the requests were answered. */
async function withoutSubset(rig: Rig): Promise<string> {
  const codeForJason = async () => (await curl(rig, 'direct', url('cart'), '-H', 'end-user: jason')).code;
  const rule = parse(manifest(rig, 'cluster2', 'DestinationRule.networking.istio.io_shop_mesh.cart.yaml'));
  const subsets = rule.spec.subsets.filter(({ name }: any) => name !== 'v2');
  await rig.cluster2.apply([{ ...rule, spec: { ...rule.spec, subsets } }]);
  await until('the receiver has lost the subset', async () => await codeForJason() !== '200');
  const seen = [...await codes(rig, 'direct', url('cart'), 10)].filter(code => code === '200').length;
  must(seen >= 5, `without v2 only ${seen} of 10 requests with the weights 90/10 are answered`);
  const lost = await codeForJason();
  await rig.cluster2.apply([rule]);
  await until('the subset is back', async () => await codeForJason() === '200');
  await steady(rig, 'direct', url('cart'));
  return `${lost} for v2, while ${seen} of 10 requests with the weights 90/10 are answered`;
}
