import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { Declarations } from './declarations';

/** A version by reference, where the rule that should define it is at hand and does not: requests for it would answer 503. */
export function missingSubsets(declared: Declarations): Problem[] {
  const rules = declared.exports.some(e => e.versions.some(v => !v.podLabels)) ? declared.manifests('DestinationRule', 'networking.istio.io') : [];
  return declared.exports.flatMap(({ name, namespace, localHost, versions }) => {
    const own = rules.filter(rule => [localHost, ...rule.metadata.namespace === namespace ? [name] : []].includes(rule.spec?.host));
    const subsets: string[] = own.flatMap(rule => (rule.spec.subsets ?? []).map((subset: any) => subset.name));
    return versions.filter(version => own.length > 0 && !version.podLabels && !subsets.includes(version.name)).map(version => ({
      code: MeshErrorCode.ROUTING,
      where: `export of ${name}.${namespace}`,
      what: 'a version by reference that no DestinationRule defines',
      got: version.name,
      expected: `one of ${subsets.join(', ') || 'its subsets'}, of ${own.map(rule => rule.metadata.name).join(', ')}`,
      fix: 'add the subset to your rule, or declare the version with ServiceVersion.of',
    }));
  });
}
