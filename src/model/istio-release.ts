import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/**
 * Istio release that manifests are rendered for. A program always names it: an upgrade of this package never changes
 * manifests by itself.
 */
export class IstioRelease {
  /** Istio 1.5: the guide "Replicated control planes", to the letter. */
  public static readonly V1_5 = new IstioRelease('1.5');
  /** Istio 1.29. */
  public static readonly V1_29 = new IstioRelease('1.29');
  /** Istio 1.30. */
  public static readonly V1_30 = new IstioRelease('1.30');
  /** Istio 1.31. */
  public static readonly V1_31 = new IstioRelease('1.31');

  /**
   * Release of a version that comes from data.
   * @param version a minor or patch version, such as "1.31" or "1.31.4"
   * @throws MESH008 for a release that this package does not know
   */
  public static of(version: string): IstioRelease {
    const minor = /^(\d+\.\d+)(\.\d+)?$/.exec(String(version))?.[1];
    const known = [IstioRelease.V1_5, IstioRelease.V1_29, IstioRelease.V1_30, IstioRelease.V1_31];
    const release = known.find(candidate => candidate.version === minor);
    if (release) {
      return release;
    }
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where: 'IstioRelease.of',
      what: 'unknown Istio release',
      got: version,
      expected: known.map(candidate => candidate.version).join(', '),
      fix: 'name a release that this package renders; the guide stopped working between 1.5 and the supported releases',
    });
  }

  private constructor(
    /** Major and minor version, such as "1.31". */
    public readonly version: string,
  ) {}
}
