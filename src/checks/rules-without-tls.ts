import { objectsIn } from './content';
import type { DeclaredImport, Declarations, ForeignManifest } from './declarations';
import { appliesAtHome, placeOf } from './rule-scope';
import { isVisibleIn } from './visibility';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { versionsOf } from '../model/exporting-cluster';

/** TLS settings of a DestinationRule, with the part of the rule that they are for. */
interface TlsSettings {
  readonly part: string;
  readonly tls: any;
}

/**
 * A DestinationRule of the user's own for an imported host. Istio merges it with the rule of the import, and the trafficPolicy of the
 * older one wins; the settings of a port inherit no TLS. A rule that does not repeat the TLS makes callers speak plain text, or
 * reach any version.
 */
export function rulesWithoutTls(declared: Declarations): Problem[] {
  return declared.manifests('DestinationRule', 'networking.istio.io').flatMap(rule => declared.importsOf(rule.spec.host)
    .filter(imported => isUsedBy(imported, rule))
    .flatMap(imported => {
      const { service, namespace, isScoped } = imported;
      const weak = tlsSettings(rule, imported).filter(({ tls }) => tls?.mode !== 'ISTIO_MUTUAL' || isScoped && !tls.sni);
      return weak.slice(0, 1).map(({ part, tls }) => ({
        code: MeshErrorCode.RULE_WITHOUT_TLS,
        where: placeOf('DestinationRule', rule),
        path: rule.path,
        what: `${part} for ${service.host}, which namespace '${namespace}' imports, does not repeat its TLS`,
        got: tls ?? 'no tls',
        expected: isScoped ? 'tls: { mode: ISTIO_MUTUAL, sni: ... } as in the rule of the import' : 'tls: { mode: ISTIO_MUTUAL }',
        fix: isScoped
          ? 'repeat the whole trafficPolicy of the rule of the import beside exportTo: ["."], or remove your rule'
          : 'repeat the TLS of the rule of the import, or remove your rule',
      }));
    }));
}

/**
 * Whether callers use a rule for an import. Where an import has a rule in its own namespace, Istio reads no rule of another namespace.
 */
function isUsedBy({ namespace, isScoped }: DeclaredImport, rule: ForeignManifest): boolean {
  if (!isScoped) {
    return isVisibleIn(namespace, rule);
  }
  return rule.metadata.namespace === namespace && (rule.spec.workloadSelector !== undefined || appliesAtHome(rule));
}

/**
 * The TLS settings of a rule: its own, those of its subsets, and those of ports of either. A rule without a trafficPolicy
 * inherits that of the import; a subset with the name of a version would replace that version.
 */
function tlsSettings({ spec }: ForeignManifest, { isScoped, exporters }: DeclaredImport): TlsSettings[] {
  const subsets = objectsIn(spec.subsets);
  const inherits = isScoped && spec.trafficPolicy === undefined;
  const versions = versionsOf(exporters);
  const own = subsets.filter(({ name, trafficPolicy }) => !inherits || trafficPolicy !== undefined || versions.includes(name));
  const levels = [
    ...inherits ? [] : [{ part: 'a rule', policy: spec.trafficPolicy }],
    ...own.map(({ name, trafficPolicy }) => ({ part: `subset '${name}'`, policy: trafficPolicy ?? spec.trafficPolicy })),
  ];
  return levels.flatMap(({ part, policy }): TlsSettings[] => {
    const ports = objectsIn(policy?.portLevelSettings);
    const settings = ports.map(({ port, tls }) => ({ part: `${part}, port ${port?.number}`, tls }));
    return settings.length > 0 ? settings : [{ part, tls: policy?.tls }];
  });
}
