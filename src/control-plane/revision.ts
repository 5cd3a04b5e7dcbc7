import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';

/**
 * Returns a revision of the control plane.
 * @throws MESH001 for an invalid name and for one of more than 56 characters, since the name of istiod's Service has seven more, MESH008
 * for a revision on a release without revisions
 */
export function checkedRevision(istio: IstioRelease, revision: string | undefined, where: string): string | undefined {
  if (revision === undefined) {
    return undefined;
  }
  if (dialectOf(istio).hasRevisions) {
    dnsLabel(`istiod-${dnsLabel(revision, 'revision', where)}`, 'name of the Service of istiod', where);
    return revision;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} has no revisions`,
    got: revision,
    fix: 'leave revision out, or use a supported release',
  });
}
