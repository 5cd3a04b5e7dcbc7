import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, labels } from '../names';

/**
 * A version of an exported service that callers can be routed to: an Istio subset.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
 */
export class ServiceVersion {
  /**
   * A version whose pods carry the label `version: <name>`.
   * @throws MESH001 when the name is no RFC 1123 label
   */
  public static of(name: string): ServiceVersion {
    return new ServiceVersion(name, { version: name });
  }

  /**
   * A version whose pods carry labels of your own.
   * @throws MESH001 for an invalid name or label
   * @throws MESH004 for no labels
   */
  public static withLabels(name: string, podLabels: { [key: string]: string }): ServiceVersion {
    return new ServiceVersion(name, labels(podLabels, `version '${name}'`, 'ServiceVersion'));
  }

  /**
   * A subset that a DestinationRule of your own already defines for the service. Nothing is emitted for it: rules for
   * one host merge in Istio, and the oldest wins.
   * @throws MESH001 when the name is no RFC 1123 label
   */
  public static existing(name: string): ServiceVersion {
    return new ServiceVersion(name, undefined);
  }

  /**
   * Returns the versions by name, or throws when one is named twice.
   * @internal
   */
  public static _all(versions: ServiceVersion[], where: string): ServiceVersion[] {
    const names = versions.map(v => v.name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE, where, what: 'a version declared twice', got: twice, expected: 'each version once', fix: 'remove one of them',
      });
    }
    return [...versions].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  private constructor(
    /** The name of the version and of its subset. */
    public readonly name: string,
    /** The labels of its pods; undefined for a subset of your own. */
    public readonly podLabels: { [key: string]: string } | undefined,
  ) {
    dnsLabel(name, 'version', 'ServiceVersion');
  }
}
