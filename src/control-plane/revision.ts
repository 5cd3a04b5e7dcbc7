import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';

/** Returns the revision, or throws when it is no name or the release has no revisions. */
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
    expected: 'no revision',
    fix: 'leave revision out, or name a supported release',
  });
}
