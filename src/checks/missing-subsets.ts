import { objectsIn } from './content';
import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A version by reference, where the chart has the DestinationRule that should define its subset and does not: requests for
 * the version would be answered with 503.
 */
export function missingSubsets(declared: Declarations): Problem[] {
  const hasReferences = declared.exports.some(({ versions }) => versions.some(version => !version.podLabels));
  const rules = hasReferences ? declared.manifests('DestinationRule', 'networking.istio.io') : [];
  return declared.exports.flatMap(({ name, namespace, localHost, versions, path }) => {
    const own = rules.filter(rule => [localHost, ...rule.metadata.namespace === namespace ? [name] : []].includes(rule.spec.host));
    const subsets: string[] = own.flatMap(rule => objectsIn(rule.spec.subsets).map(({ name: subset }) => String(subset)));
    return versions.filter(version => own.length > 0 && !version.podLabels && !subsets.includes(version.name)).map(version => ({
      code: MeshErrorCode.ROUTING,
      where: `export of ${name}.${namespace}`,
      path,
      what: 'a version by reference that no DestinationRule defines',
      got: version.name,
      expected: `one of ${subsets.join(', ') || 'its subsets'}, defined by ${own.map(rule => rule.metadata.name).join(', ')}`,
      fix: 'add the subset to your rule, or declare the version with ServiceVersion.of',
    }));
  });
}
