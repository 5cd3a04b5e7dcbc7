import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, stringify } from 'yaml';
import { ControlPlane, GatewayService, IstioRelease } from '../../../src';
import { missingSettings, objectsIn, openPorts } from '../../../src/cli/check-istio';
import type { RequiredSettings } from '../../../src/model/required-setting';
import { run } from '../process';
import { must, ProofRun } from '../proof';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'how-to', 'adopt-an-existing-istio.md');

/** The IstioOperator of an owner who follows the page on adoption. */
export function ownersOperator(cluster: string): any {
  const [owner] = [...readFileSync(PAGE, 'utf8').matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gm)].map(([, block]) => block);
  return parse(owner.replace(/\bcluster1\b/g, cluster));
}

/**
 * Checks rendered installations as `istio-mesh check-istio` checks a cluster: one of the default profile lacks exactly what the mesh adds;
 * one from the install values, and one of an owner who follows the page on adoption, lack nothing. The latter keeps 80 and 443.
 */
export async function adoption(proof: ProofRun, istio: IstioRelease): Promise<string> {
  const cluster = 'cluster1';
  const [file] = new ControlPlane({ istio, cluster, adopt: true }).files();
  const required = parse(stringify(file.content)) as RequiredSettings;
  const rendered = async (name: string, operator: object | string) => {
    const path = join(proof.folder, `adopt-${name}.yml`);
    writeFileSync(path, typeof operator === 'string' ? operator : stringify(operator));
    return objectsIn(await run(proof.program('istioctl'), ['manifest', 'generate', '-f', path]));
  };
  const plain = await rendered('plain', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec: {} });
  const lacking = missingSettings(required, plain).map(({ what }) => what.split(' ')[0]);
  const expected = [
    'meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE',
    'istiod.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE',
    'gateway.port',
    'gateway.env.ISTIO_META_REQUESTED_NETWORK_VIEW',
  ];
  must(JSON.stringify(lacking) === JSON.stringify(expected), `the default profile lacks ${lacking.join(', ')}`);
  const webPorts = ['istio-system/istio-ingressgateway also opens 80, 443'];
  must(JSON.stringify(openPorts(required, plain)) === JSON.stringify(webPorts), 'the default profile opens other ports than 80 and 443');

  const ingressGatewayService = GatewayService.loadBalancer({ webPorts: true });
  const [values] = new ControlPlane({ istio, cluster, ingressGatewayService }).files();
  for (const [name, operator] of [['values', values.content], ['owner', ownersOperator(cluster)]] as const) {
    const objects = await rendered(name, operator);
    const missing = missingSettings(required, objects);
    must(missing.length === 0, `${name}: ${missing.map(({ what }) => what).join('; ')}`);
    must(JSON.stringify(openPorts(required, objects)) === JSON.stringify(webPorts), `${name}: 80 and 443 are not kept`);
  }
  return `the default profile lacks ${expected.length} of ${required.settings.length} required settings, the install values and the `
    + 'IstioOperator of the page on adoption none, and both keep 80 and 443';
}
