import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { Declarations } from './declarations';
import { isVisibleIn } from './visibility';

/**
 * A DestinationRule of the user's own for an imported host. Rules for one host merge, the oldest wins, and settings of
 * a port or subset inherit no TLS: one that does not repeat it makes callers speak plain text, or reach any version.
 */
export function rulesWithoutTls(declared: Declarations): Problem[] {
  return declared.manifests('DestinationRule', 'networking.istio.io').flatMap(rule => declared.imports
    .filter(({ service, namespace }) => rule.spec?.host === service.host && isVisibleIn(namespace, rule))
    .flatMap(({ service, namespace, scoped }) => {
      const weak = policiesOf(rule.spec).filter(([, tls]) => tls?.mode !== 'ISTIO_MUTUAL' || scoped && !tls.sni);
      return weak.slice(0, 1).map(([part, tls]) => ({
        code: MeshErrorCode.RULE_WITHOUT_TLS,
        where: `DestinationRule ${rule.metadata.namespace}/${rule.metadata.name}`,
        what: `${part} for ${service.host}, which namespace '${namespace}' imports, without its TLS`,
        got: tls,
        expected: scoped ? 'tls: { mode: ISTIO_MUTUAL, sni: ... } as in the rule of the import' : 'tls: { mode: ISTIO_MUTUAL }',
        fix: 'repeat the TLS of the import\'s own rule in it, or remove it',
      }));
    }));
}

/** The TLS settings of a rule, each with what it is for: the rule, its subsets, and ports of either. */
function policiesOf(spec: any): Array<[string, any]> {
  const levels = [['a rule', spec.trafficPolicy], ...(spec.subsets ?? []).map((s: any) => [`subset '${s.name}'`, s.trafficPolicy ?? spec.trafficPolicy])];
  return levels.flatMap(([what, policy]): Array<[string, any]> => policy?.portLevelSettings
    ? policy.portLevelSettings.map((port: any) => [`${what}, port ${port.port?.number}`, port.tls])
    : [[what, policy?.tls]]);
}
