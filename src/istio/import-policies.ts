import { dialectOf } from './dialects';
import { refuseInvalidOverrides } from './overrides';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { ImportPolicy, refuseInvalidPolicy, refusePolicyWithoutHttp } from '../model/import-policy';
import type { IstioRelease } from '../model/istio-release';
import type { IRemoteService } from '../model/remote-service';
import { refuseRoutingWithoutHttp, Routing } from '../model/routing';

/** Throws for a policy or routing of an import that its release or the protocols of its service cannot express. */
export function refuseImport(
  istio: IstioRelease, service: IRemoteService, policy: ImportPolicy | undefined, routing: Routing | undefined, where: string,
): void {
  refusePolicyOf(istio, policy, routing, where);
  refuseRoutingWithoutHttp(service, routing, where);
  refusePolicyWithoutHttp(service, policy ?? {}, where);
}

/** Throws for a policy or routing that the release cannot express, and for values that Istio refuses. */
export function refusePolicyOf(istio: IstioRelease, policy: ImportPolicy | undefined, routing: Routing | undefined, where: string): void {
  if (!dialectOf(istio).hasImportPolicies && (policy || routing && !routing._isByVersion)) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where,
      what: `Istio ${istio.version} takes no policy of imports, as the guide has none`,
      got: policy ? Object.keys(policy) : 'a routing by more than headers and versions',
      expected: 'a routing by weights of versions and by headers, or nothing',
      fix: 'remove it, or name a supported release',
    });
  }
  if (policy) {
    refuseInvalidPolicy(policy, where);
    if (policy.overrides) {
      refuseInvalidOverrides(policy.overrides, istio, where);
    }
  }
}
