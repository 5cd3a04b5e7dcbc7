import { MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { isLabelKey, isLabelValue } from '../names';
import { CommonMetadata, LIBRARY, MANAGED_BY, PART_OF, Strings } from '../objects/common-metadata';

/** Labels and annotations that a program wants on all objects. */
export interface WantedMetadata {
  readonly labels?: Strings;
  readonly annotations?: Strings;
}

/** Domains of keys that Kubernetes, Istio, engines and operators act upon: on all objects, they would change what these do. */
const MEANINGFUL_DOMAINS = ['kubernetes.io', 'k8s.io', 'istio.io', 'argoproj.io', 'fluxcd.io', 'bitnami.com', 'helm.sh'];

/** The key without a domain by which Istio decides about sidecars. */
const INJECTION = 'istio-injection';

/** Prefix of the recommended labels of Kubernetes, which no program acts upon. */
const RECOMMENDED = 'app.kubernetes.io/';

/**
 * Returns the labels and annotations of all objects of a cluster, with the labels of this library.
 * @param wanted what the program wants; a later entry wins over an earlier one
 * @throws MESH001 for an invalid key or value, MESH115 for a key that programs act upon
 */
export function objectMetadata(meshId: string, wanted: WantedMetadata[], where: string): CommonMetadata {
  const labels = wanted.reduce<Strings>((all, each) => ({ ...all, ...each.labels }), {});
  const annotations = wanted.reduce<Strings>((all, each) => ({ ...all, ...each.annotations }), {});
  const problems = [...problemsOf(labels, 'labels', isLabelValue, where), ...problemsOf(annotations, 'annotations', () => true, where)];
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  return {
    labels: { ...labels, [MANAGED_BY]: LIBRARY, [PART_OF]: meshId },
    ...Object.keys(annotations).length > 0 && { annotations },
  };
}

function problemsOf(values: Strings, option: string, isValue: (text: string) => boolean, where: string): Problem[] {
  return Object.entries(values).flatMap(([key, value]): Problem[] => {
    if (!isLabelKey(key) || !isValue(value)) {
      return [{
        code: MeshErrorCode.INVALID_NAME,
        where,
        what: `invalid key or value in ${option}`,
        got: `${key}=${value}`,
        expected: `${option === 'labels' ? 'keys and values' : 'keys'} of up to 63 letters, digits, "-", "_" and "."; `
          + 'the key can have a DNS name and "/" before it',
        fix: `correct the entry of ${option}`,
      }];
    }
    return isMeaningful(key) ? [meaningful(key, option, where)] : [];
  });
}

function isMeaningful(key: string): boolean {
  if (key.startsWith(RECOMMENDED)) {
    return key === MANAGED_BY || key === PART_OF;
  }
  const [domain, name] = key.includes('/') ? key.split('/') : [undefined, key];
  return domain === undefined
    ? name === INJECTION
    : MEANINGFUL_DOMAINS.some(meaning => domain === meaning || domain.endsWith(`.${meaning}`));
}

function meaningful(key: string, option: string, where: string): Problem {
  return {
    code: MeshErrorCode.COMMON_METADATA,
    where,
    what: `${option} of all objects with a key that programs act upon`,
    got: key,
    expected: 'keys of your own, such as "example.com/team", or recommended labels, such as "app.kubernetes.io/version"',
    fix: key.startsWith(RECOMMENDED)
      ? `leave it out: all objects have ${MANAGED_BY}: ${LIBRARY}, and ${PART_OF} with the meshId of the mesh`
      : 'set it on the object that it is for, with addJsonPatch or metadata.addLabel, or with a patch of kustomize',
  };
}
