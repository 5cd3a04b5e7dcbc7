import { PUBLIC_TOP_LEVEL_DOMAINS } from './public-domains';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** DNS domain of clusters that do not name another one. Kubernetes and Istio use it as their default too. */
export const DEFAULT_CLUSTER_DOMAIN = 'cluster.local';

/**
 * Domains whose names are answered by resolvers themselves, or by the metadata server of a cloud.
 * @see https://www.iana.org/assignments/special-use-domain-names
 */
const SPECIAL_DOMAINS = [
  'arpa', 'invalid', 'localhost', 'onion', 'compute.internal', 'ec2.internal', 'google.internal', 'docker.internal',
];

/** Domains below a country at which names of others are registered, such as `co.uk`. */
const REGISTRIES_OF_COUNTRIES = /^(ac|co|com|edu|gov|net|org)\.[a-z]{2}$/;

/** Whether two domains are the same, or one lies within the other. */
export function domainsOverlap(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

/**
 * The suffix of the host of a service: `<name>.<namespace>.<suffix>`, or `<pod>.<governing Service>.<namespace>.<suffix>` for a pod of a
 * StatefulSet. Names of services and namespaces have no dots.
 */
export function suffixOf({ host, subdomain }: { readonly host: string; readonly subdomain?: string }): string {
  return host.split('.').slice(subdomain === undefined ? 2 : 3).join('.');
}

/**
 * Refuses a DNS suffix whose hosts would take names that mean something else where the mesh is used: names of local Services in any
 * of the forms in which the search list of a pod and Istio know them, names that a resolver answers itself, and names of the public DNS.
 * @param clusterDomains domains of clusters in sight, beside `cluster.local`
 * @throws MESH044 for such a suffix
 */
export function refuseTakenSuffix(suffix: string, clusterDomains: string[], where: string): void {
  const takes = namesTakenBy(suffix, clusterDomains);
  if (takes === undefined) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.SUFFIX_TAKEN,
    where,
    what: `the hosts of this DNS suffix would take ${takes}`,
    got: suffix,
    expected: "a suffix of the mesh's own",
    fix: "choose 'global', 'svc.clusterset.local' or a subdomain of a domain that you own, such as 'mesh.example.com'",
  });
}

/** Answers of `namesTakenBy`: a program has few suffixes, and every import asks. */
const TAKEN = new Map<string, string | undefined>();

/** The names that the hosts of a suffix would take from others; undefined when there are none. */
export function namesTakenBy(suffix: string, clusterDomains: string[]): string | undefined {
  const question = [suffix, ...clusterDomains].join(' ');
  if (!TAKEN.has(question)) {
    TAKEN.set(question, takenNames(suffix, clusterDomains));
  }
  return TAKEN.get(question);
}

function takenNames(suffix: string, clusterDomains: string[]): string | undefined {
  const clusterDomain = [DEFAULT_CLUSTER_DOMAIN, ...clusterDomains].find(domain => domainsOverlap(suffix, domain));
  if (clusterDomain !== undefined) {
    return `names of the cluster domain ${clusterDomain}`;
  }
  if (suffix === 'svc' || suffix.endsWith('.svc')) {
    // Pods and sidecars know a local Service also as `<name>.<namespace>.svc`.
    return 'names of local Services, which also end in .svc';
  }
  const special = SPECIAL_DOMAINS.find(domain => domainsOverlap(suffix, domain));
  if (special !== undefined) {
    return `names of ${special}, which a resolver or platform answers itself`;
  }
  return isPublic(suffix) ? 'names of the public DNS' : undefined;
}

/** Whether others register names directly below a domain. */
function isPublic(suffix: string): boolean {
  // Each name of two letters is reserved for a country, and names in other scripts begin with "xn--".
  const isOfCountry = /^[a-z]{2}$/.test(suffix) || suffix.startsWith('xn--') && !suffix.includes('.');
  return isOfCountry || REGISTRIES_OF_COUNTRIES.test(suffix) || PUBLIC_TOP_LEVEL_DOMAINS.has(suffix);
}
