import { dialectOf } from './dialects';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { IstioRelease } from '../model/istio-release';

/** Throws when a release cannot share a mesh with another. */
export function refuseMix(istio: IstioRelease, other: IstioRelease, where: string): void {
  if (dialectOf(istio).generation === dialectOf(other).generation) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: 'this Istio release cannot share a mesh with the other one',
    got: istio.version,
    expected: `a release of the same generation as ${other.version}`,
    fix: 'upgrade all clusters at once: gateways of Istio 1.5 rewrite the SNI and gateways of supported releases do not',
  });
}

/** Throws when a release knows only one DNS suffix, and a host has another. */
export function refuseSuffix(istio: IstioRelease, host: string, where: string): void {
  const { fixedSuffix } = dialectOf(istio);
  if (fixedSuffix === undefined || host === fixedSuffix || host.endsWith(`.${fixedSuffix}`)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} supports one DNS suffix only`,
    got: host,
    expected: fixedSuffix,
    fix: 'remove the suffix, or use a supported release',
  });
}
