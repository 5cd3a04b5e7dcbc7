import type { Declarations } from './declarations';
import { isVisibleIn } from './visibility';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** TLS settings of a DestinationRule, with the part of the rule that they are for. */
interface TlsSettings {
  readonly part: string;
  readonly tls: any;
}

/**
 * A DestinationRule of the user's own for an imported host. Istio merges the rules of a host, the oldest wins, and the
 * settings of a port or subset inherit no TLS: a rule that does not repeat the TLS makes callers speak plain text, or reach
 * any version.
 */
export function rulesWithoutTls(declared: Declarations): Problem[] {
  return declared.manifests('DestinationRule', 'networking.istio.io').flatMap(rule => declared.imports
    .filter(({ service, namespace }) => rule.spec?.host === service.host && isVisibleIn(namespace, rule))
    .flatMap(({ service, namespace, isScoped }) => {
      const weak = tlsSettings(rule.spec).filter(({ tls }) => tls?.mode !== 'ISTIO_MUTUAL' || isScoped && !tls.sni);
      return weak.slice(0, 1).map(({ part, tls }) => ({
        code: MeshErrorCode.RULE_WITHOUT_TLS,
        where: `DestinationRule ${rule.metadata.namespace}/${rule.metadata.name}`,
        path: rule.path,
        what: `${part} for ${service.host}, which namespace '${namespace}' imports, does not repeat its TLS`,
        got: tls ?? 'no tls',
        expected: isScoped ? 'tls: { mode: ISTIO_MUTUAL, sni: ... } as in the rule of the import' : 'tls: { mode: ISTIO_MUTUAL }',
        fix: 'repeat the TLS of the rule of the import, or remove your rule',
      }));
    }));
}

/** The TLS settings of a rule: its own, those of its subsets, and those of ports of either. */
function tlsSettings(spec: any): TlsSettings[] {
  const subsets: any[] = spec.subsets ?? [];
  const levels = [
    { part: 'a rule', policy: spec.trafficPolicy },
    ...subsets.map(({ name, trafficPolicy }) => ({ part: `subset '${name}'`, policy: trafficPolicy ?? spec.trafficPolicy })),
  ];
  return levels.flatMap(({ part, policy }): TlsSettings[] => {
    const ports: any[] | undefined = policy?.portLevelSettings;
    return ports?.map(({ port, tls }) => ({ part: `${part}, port ${port?.number}`, tls })) ?? [{ part, tls: policy?.tls }];
  });
}
