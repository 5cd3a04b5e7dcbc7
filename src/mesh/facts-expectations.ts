import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { quoted } from '../errors/printable';
import type { FactsFile } from '../facts/facts';
import { gatewaysOf } from '../facts/gateways';
import { endpointText, GATEWAY_ADDRESS, GatewayAddress } from '../model/gateway-address';
import { list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/**
 * What a program expects of the facts of its clusters. The file is written by whoever can read the clusters. A later file that differs
 * from what stands here is an error, so the program changes with it, and a reviewer sees the change.
 */
export interface ClusterFactsExpectations {
  /**
   * Gateways that the clusters may have, with their ports.
   * @default - any gateway
   */
  readonly gateways?: GatewayAddress[];

  /**
   * Trust domains that the clusters may have.
   * @default - any trust domain
   */
  readonly trustDomains?: string[];

  /**
   * SHA-256 fingerprints of the roots that the clusters may trust, in hex, with or without colons.
   * @default - any root
   */
  readonly rootFingerprints?: string[];
}

export const CLUSTER_FACTS_EXPECTATIONS = schema<ClusterFactsExpectations>({
  gateways: optional(list(GATEWAY_ADDRESS)),
  trustDomains: optional(list(text)),
  rootFingerprints: optional(list(text)),
});

/**
 * Compares facts of clusters with what a program expects.
 * @throws MESH105 with all differences
 */
export function refuseOtherFacts(path: string, { clusters }: FactsFile, expected: ClusterFactsExpectations): void {
  const differences = Object.entries(clusters).flatMap(([cluster, { istio, ingressGateway }]) => [
    ...difference(cluster, 'gateways', gatewaysOf(ingressGateway).map(endpointText), expected.gateways?.map(endpointText)),
    ...difference(cluster, 'trustDomains', istio ? [istio.trustDomain] : [], expected.trustDomains),
    ...difference(cluster, 'rootFingerprints', istio?.rootFingerprints ?? [], expected.rootFingerprints?.map(fingerprint)),
  ]);
  if (differences.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.FACTS_DIFFER,
      where: `cluster facts ${path}`,
      what: `the clusters are not what you expect: ${differences.join('; ')}`,
      fix: 'ask the owners of the cluster whether they made the change; if they did, change expect of ClusterFacts.fromFile too',
    });
  }
}

function difference(cluster: string, what: keyof ClusterFactsExpectations, found: string[], expected?: string[]): string[] {
  const unexpected = expected === undefined ? [] : found.filter(value => !expected.includes(value));
  const shown = (values: string[]) => values.map(value => quoted(value, 255)).join(', ') || 'none';
  return unexpected.length === 0 ? [] : [`${cluster}, ${what}: got ${shown(unexpected)}, expected ${shown(expected!)}`];
}

function fingerprint(written: string): string {
  return written.replace(/^sha256[:/]/i, '').replaceAll(':', '').toLowerCase();
}
