import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument } from '../options/checked';
import { instance, text } from '../options/kinds';

/**
 * Istio release that manifests are rendered for. There is no default, so an upgrade of this package never changes manifests to
 * another release.
 *
 * @example
 * const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
 */
export class IstioRelease {
  /** Istio 1.5, with the manifests of the guide "Replicated control planes". */
  public static readonly V1_5 = new IstioRelease('1.5');
  /** Istio 1.29, which its maintainers no longer support since October 2026: upgrade to a later release. */
  public static readonly V1_29 = new IstioRelease('1.29');
  /** Istio 1.30. */
  public static readonly V1_30 = new IstioRelease('1.30');
  /** Istio 1.31. */
  public static readonly V1_31 = new IstioRelease('1.31');

  /**
   * Returns the release of a version, for versions that come from data.
   * @param version minor or patch version, such as "1.31" or "1.31.4"
   * @returns the release of the minor version
   * @throws MESH008 for a release that this package does not support
   */
  public static of(version: string): IstioRelease {
    const minor = /^(\d+\.\d+)(\.\d+)?$/.exec(checkedArgument(text, version, 'version', 'IstioRelease.of'))?.[1];
    const supported = Object.values(IstioRelease).filter((value): value is IstioRelease => value instanceof IstioRelease);
    const release = supported.find(candidate => candidate.version === minor);
    if (release) {
      return release;
    }
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where: 'IstioRelease.of',
      what: 'unsupported Istio release',
      got: version,
      expected: `one of ${supported.map(candidate => candidate.version).join(', ')}`,
      fix: 'use one of these releases; the method of the guide does not work on releases between 1.5 and 1.29',
    });
  }

  private constructor(
    /** Major and minor version, such as "1.31". */
    public readonly version: string,
  ) {}
}

/** The kind of options that hold a release. */
export const ISTIO_RELEASE = instance(IstioRelease, { write: 'IstioRelease.V1_31', code: MeshErrorCode.RELEASE });
