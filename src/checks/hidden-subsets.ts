import { objectsIn } from './content';
import { DeclaredExport, Declarations, ForeignManifest } from './declarations';
import { GatewayRules } from './gateway-rules';
import { exportToOf } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A version by reference, defined in a rule that the ingress gateway does not use: the gateway opens no SNI for the version, and
 * requests for it are answered with 503.
 */
export function hiddenSubsets(declared: Declarations): Problem[] {
  const referring = declared.exports.filter(({ isScoped, versions }) => isScoped && versions.some(({ podLabels }) => !podLabels));
  if (referring.length === 0) {
    return [];
  }
  const rules = new GatewayRules(declared, referring[0].clusterDomain);
  return referring.flatMap(exported => hiddenFrom(exported, rules));
}

function hiddenFrom(exported: DeclaredExport, rules: GatewayRules): Problem[] {
  const { name, namespace, gateway, versions, path } = exported;
  const used = rules.usedFor(exported);
  const isUsed = (version: string) => used.length > 0 && scopesOf(used).every(scope => defines(scope, version));
  return versions.filter(version => !version.podLabels && !isUsed(version.name)).flatMap(version => {
    const defining = rules.naming(exported).filter(rule => defines([rule], version.name));
    // The check of missing subsets reports a version that no rule defines.
    return defining.slice(0, 1).map(rule => ({
      code: MeshErrorCode.RULE_NOT_MERGED,
      where: `export of ${name}.${namespace}`,
      path,
      what: `version '${version.name}' is defined by a rule that the gateway in '${gateway.namespace}' does not use, or not alone`,
      got: `${rule.metadata.namespace}/${rule.metadata.name}, exportTo ${JSON.stringify(rule.spec.exportTo ?? [])}`,
      expected: `one rule in namespace '${namespace}', without exportTo`,
      fix: 'move the subset to such a rule, or declare the version with ServiceVersion.of',
    }));
  });
}

/** Rules that Istio merges with each other: those with one `exportTo`. */
function scopesOf(rules: ForeignManifest[]): ForeignManifest[][] {
  const scopes = new Map<string, ForeignManifest[]>();
  rules.forEach(rule => scopes.set(exportToOf(rule).join(), [...scopes.get(exportToOf(rule).join()) ?? [], rule]));
  return [...scopes.values()];
}

function defines(rules: ForeignManifest[], version: string): boolean {
  return rules.some(({ spec }) => objectsIn(spec.subsets).some(({ name }) => name === version));
}
