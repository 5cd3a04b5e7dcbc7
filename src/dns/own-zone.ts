import { overlap } from './corefile-merge';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** What the names of a name server add to a zone: together they must stay within 253 characters. */
const LONGEST = 242;

/**
 * A zone for remote names beside the cluster's own domain.
 * @throws MESH036 for one that is, holds or lies in the cluster's, or is too long
 */
export function ownZone(zone: string, clusterDomain: string, where: string): string {
  if (!overlap(zone, clusterDomain) && zone.length <= LONGEST) {
    return zone;
  }
  const tooLong = zone.length > LONGEST;
  throw new MeshError({
    code: MeshErrorCode.DNS,
    where,
    what: tooLong ? 'a zone that is too long for names in it' : 'a zone of remote names in which the cluster\'s own names lie, or the other way round',
    got: zone,
    expected: tooLong ? `at most ${LONGEST} characters` : `a zone apart from ${clusterDomain}`,
    fix: "choose another suffix, such as 'global' or a domain that you own",
  });
}
