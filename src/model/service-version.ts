import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { shown } from '../errors/problem';
import { dnsLabel, labels } from '../names';
import { checkedArgument } from '../options/checked';
import { instance, mapOf, text } from '../options/kinds';

/**
 * Version of an exported service that importers can route to. Istio calls it a subset.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
 */
export class ServiceVersion {
  /**
   * Returns a version whose pods carry the label `version: <name>`.
   * @param name name of the version, an RFC 1123 label
   * @returns the version
   * @throws MESH001 for a name that is not an RFC 1123 label
   */
  public static of(name: string): ServiceVersion {
    return new ServiceVersion(name, { version: name });
  }

  /**
   * Returns a version whose pods carry other labels.
   * @param name name of the version, an RFC 1123 label
   * @param podLabels labels that all pods of the version carry, and no other pods of the Service
   * @returns the version
   * @throws MESH001 for an invalid name or label, MESH004 for an empty map of labels
   */
  public static withLabels(name: string, podLabels: { [key: string]: string }): ServiceVersion {
    return new ServiceVersion(name, labels(
      checkedArgument(mapOf(text), podLabels, 'podLabels', 'ServiceVersion.withLabels'),
      `version ${shown(name)}`,
      'ServiceVersion',
    ));
  }

  /**
   * Returns a version whose subset another DestinationRule of the exporting cluster defines already. No object is written for it:
   * Istio merges the rules of a host, and of two subsets with one name the older wins.
   * @param name name of the subset
   * @returns the version
   * @throws MESH001 for a name that is not an RFC 1123 label
   */
  public static existing(name: string): ServiceVersion {
    return new ServiceVersion(name, undefined);
  }

  /**
   * Returns the versions in the order of their names, or throws when one is listed twice.
   * @internal
   */
  public static _all(versions: ServiceVersion[], where: string): ServiceVersion[] {
    const names = versions.map(v => v.name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new MeshError({
        code: MeshErrorCode.DUPLICATE, where, what: 'a version is listed twice', got: twice, fix: 'remove one of them',
      });
    }
    return [...versions].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  private constructor(
    /** Name of the version and of its subset. */
    public readonly name: string,
    /** Labels of the pods of the version; undefined for a subset that another DestinationRule defines. */
    public readonly podLabels: { [key: string]: string } | undefined,
  ) {
    dnsLabel(name, 'version', 'ServiceVersion');
  }
}

/** The kind of options that hold a version. */
export const SERVICE_VERSION = instance(ServiceVersion, { write: "ServiceVersion.of('v1')" });
