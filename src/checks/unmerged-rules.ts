import { DeclaredExport, DeclaredImport, DeclaredLocalImport, Declarations, ForeignManifest, indexed } from './declarations';
import { GatewayRules } from './gateway-rules';
import { appliesAtHome, exportToOf, placeOf, resolvedHost } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A DestinationRule of the user's own for the host of a rule of this library, in the same namespace and with another `exportTo`.
 * Istio merges the rules for a host only when their `exportTo` is equal. Of two rules that are not merged, a proxy uses the younger
 * one alone, so one of them has no effect.
 */
export function unmergedRules(declared: Declarations): Problem[] {
  const rules = declared.manifests('DestinationRule', 'networking.istio.io').filter(({ spec }) => !spec.workloadSelector);
  if (rules.length === 0) {
    return [];
  }
  const localImports = indexed(declared.localImports, ({ localHost }) => localHost);
  return [
    ...rules.flatMap(rule => declared.importsOf(rule.spec.host).flatMap(imported => importProblems(imported, rule))),
    ...rules.flatMap(rule => hostsOf(rule, declared).flatMap(host => localImports.get(host) ?? [])
      .flatMap(imported => localImportProblems(imported, rule))),
    ...exportProblems(declared),
  ];
}

function hostsOf(rule: ForeignManifest, { localImports }: Declarations): string[] {
  const [first] = localImports;
  if (!first) {
    return [];
  }
  const { localHost, service } = first;
  return [resolvedHost(rule.spec.host, rule, localHost.slice(`${service.name}.${service.namespace}.svc.`.length))];
}

function importProblems({ service, namespace, isScoped }: DeclaredImport, rule: ForeignManifest): Problem[] {
  const isMerged = exportToOf(rule).join() === '.';
  if (!isScoped || rule.metadata.namespace !== namespace || isMerged || !appliesAtHome(rule)) {
    return [];
  }
  return [problem(rule, {
    what: `a rule for ${service.host}, which namespace '${namespace}' imports, that Istio does not merge with the rule of the import`,
    expected: '["."]',
    fix: 'add exportTo: ["."] to your rule, or remove it: otherwise the younger of the two rules replaces the other one',
  })];
}

function localImportProblems({ service, namespace }: DeclaredLocalImport, rule: ForeignManifest): Problem[] {
  // The check of local names reports a rule with a trafficPolicy.
  if (rule.metadata.namespace !== namespace || rule.spec.trafficPolicy !== undefined || exportToOf(rule).length === 0) {
    return [];
  }
  return [problem(rule, {
    what: `a rule for ${service.name}.${service.namespace} that Istio does not merge with the rule of its import`,
    expected: 'no exportTo',
    fix: 'remove exportTo from your rule, or the rule: otherwise the younger of the two rules replaces the other one',
  })];
}

/** Rules beside the one that holds the subsets of an export. */
function exportProblems(declared: Declarations): Problem[] {
  const withRule = declared.exports.filter(({ isScoped, versions }) => isScoped && versions.some(({ podLabels }) => podLabels));
  if (withRule.length === 0) {
    return [];
  }
  const rules = new GatewayRules(declared, withRule[0].clusterDomain);
  return withRule.flatMap(exported => rules.beside(exported)
    .filter(rule => exportToOf(rule).length > 0)
    .map(rule => exportProblem(exported, rule)));
}

function exportProblem({ name, namespace }: DeclaredExport, rule: ForeignManifest): Problem {
  return problem(rule, {
    what: `a rule for ${name}.${namespace} that Istio does not merge with the rule that holds the versions of its export`,
    expected: 'no exportTo',
    fix: 'remove exportTo from your rule, or define the versions in your rule and export them with ServiceVersion.existing',
  });
}

function problem(rule: ForeignManifest, details: Pick<Problem, 'what' | 'expected' | 'fix'>): Problem {
  return {
    code: MeshErrorCode.RULE_NOT_MERGED,
    where: placeOf('DestinationRule', rule),
    path: rule.path,
    got: rule.spec.exportTo ?? 'no exportTo',
    ...details,
  };
}
