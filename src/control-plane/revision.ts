import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';

/**
 * Returns a revision of the control plane.
 * @throws MESH001 for an invalid name, MESH008 for a revision on a release without revisions
 */
export function checkedRevision(istio: IstioRelease, revision: string | undefined, where: string): string | undefined {
  if (revision === undefined) {
    return undefined;
  }
  if (dialectOf(istio).hasRevisions) {
    return dnsLabel(revision, 'revision', where);
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} has no revisions`,
    got: revision,
    fix: 'leave revision out, or use a supported release',
  });
}
