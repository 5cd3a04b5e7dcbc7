import type { MeshCluster } from './cluster';
import type { ExportedService } from './exported-service';
import type { ImportedService } from './imported-service';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { dialectOf } from '../istio/dialects';

/**
 * An import into a namespace that the export does not allow: the exporting cluster answers every call with 403. An import under a
 * local name, or on Istio 1.5, is for all namespaces, so it does not say who calls.
 */
export function refusedCallers(
  caller: MeshCluster,
  imported: ImportedService,
  receiver: MeshCluster,
  { _allow: allow }: ExportedService,
): Problem[] {
  const { namespace } = imported;
  const accepted = [receiver.trustDomain, ...receiver.trustDomainAliases];
  const saysWhoCalls = !imported.usesLocalName && dialectOf(caller.istio).importsAreScoped;
  if (allow === undefined || !saysWhoCalls || allow.some(allowed => allowed._admits(namespace, caller.trustDomain, accepted))) {
    return [];
  }
  return [{
    code: MeshErrorCode.CALLERS,
    where: `import of ${imported.host} into ${caller.clusterName}/${namespace}`,
    path: imported._path,
    what: `${receiver.clusterName} allows no caller of namespace '${namespace}' in trust domain '${caller.trustDomain}'`,
    got: `${caller.trustDomain}/ns/${namespace}`,
    expected: `one of ${allow.map(allowed => allowed.principal(receiver.trustDomain)).sort().join(', ')}`,
    fix: `add AllowedCaller.namespace('${namespace}') to allow of the export, or import the service into another namespace`,
  }];
}
