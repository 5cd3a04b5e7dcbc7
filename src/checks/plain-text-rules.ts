import { objectAt, objectsIn } from './content';
import { DeclaredExport, Declarations, ForeignManifest } from './declarations';
import { GatewayRules } from './gateway-rules';
import { placeOf } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A DestinationRule of the user's own by which a gateway expects endpoints without Istio's mutual TLS: for the exported host or for a
 * wildcard that covers it. The gateway drops these endpoints, so it would answer 503.
 */
export function plainTextRules(declared: Declarations): Problem[] {
  const { exports } = declared;
  if (exports.length === 0 || declared.manifests('DestinationRule', 'networking.istio.io').length === 0) {
    return [];
  }
  const rules = new GatewayRules(declared, exports[0].clusterDomain);
  return exports.filter(({ isScoped }) => isScoped).flatMap(exported => {
    const found = rules.usedFor(exported).flatMap(rule => plainModes(rule, exported).map(mode => ({ rule, mode })));
    return found.slice(0, 1).map(({ rule, mode }) => ({
      code: MeshErrorCode.PLAIN_TEXT,
      where: placeOf('DestinationRule', rule),
      path: rule.path,
      what: `the rule turns mutual TLS off between the gateway and ${exported.name}.${exported.namespace}, which is exported`,
      got: `${mode} for ${rule.spec.host}`,
      expected: 'ISTIO_MUTUAL, or no tls',
      fix: 'add a rule without tls for the exported host in its namespace, or limit yours to other hosts or by exportTo',
    }));
  });
}

/** Modes other than Istio's mutual TLS that a rule sets for exported ports. */
function plainModes({ spec }: ForeignManifest, { ports, versions }: DeclaredExport): string[] {
  const names = versions.map(({ name }) => name);
  const subsets = objectsIn(spec.subsets).filter(({ name }) => names.includes(name));
  const policies = [spec.trafficPolicy, ...subsets.map(({ trafficPolicy }) => trafficPolicy)].map(objectAt);
  const numbers = ports.length > 0 ? ports.map(({ port }) => port) : [undefined];
  return policies.flatMap(policy => numbers.map(port => tlsOf(policy, port)))
    .filter(tls => tls !== undefined && tls !== null && tls.mode !== 'ISTIO_MUTUAL')
    .map(({ mode }) => mode ?? 'DISABLE');
}

function tlsOf(policy: any, number: number | undefined): any {
  return objectsIn(policy.portLevelSettings).find(({ port, tls }) => port?.number === number && tls !== undefined)?.tls ?? policy.tls;
}
