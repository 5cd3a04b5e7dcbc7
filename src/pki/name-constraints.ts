import { dirname } from 'path';
import type { asn1 } from 'node-forge';
import { Certificate, certificatesOf, shownName } from './certificate';
import type { ClusterCa } from './cluster-ca';
import { octets, parts, tagged } from './der';
import { dirOption, PKI, rootsOf } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** OID of the extension. */
const NAME_CONSTRAINTS = '2.5.29.30';

/** Tags of the two lists of a NameConstraints. */
const [PERMITTED, EXCLUDED] = [0, 1];

/** Tag of a URI in a GeneralName. */
const URI = 6;

/** Hosts of URIs that a CA certificate limits the certificates below it to. The host of a SPIFFE identity is its trust domain. */
export interface UriConstraints {
  /** Permitted hosts; an empty list permits every host. */
  readonly permitted: string[];
  readonly excluded: string[];
}

/** Returns the constraints on URIs of a CA certificate. Constraints on other kinds of names do not concern identities. */
export function uriConstraintsOf({ extensions }: Certificate): UriConstraints {
  const lists = parts(extensions.get(NAME_CONSTRAINTS)?.value);
  return { permitted: urisOf(tagged(lists, PERMITTED)), excluded: urisOf(tagged(lists, EXCLUDED)) };
}

/**
 * Returns a problem for each CA of a cluster's chain, its root included, whose name constraint keeps out the trust domain of the
 * cluster. A workload certificate carries the trust domain of its own cluster only. Aliases decide which callers a sidecar
 * accepts, and no certificate carries them.
 */
export function trustDomainProblems(ca: ClusterCa, trustDomain: string): Problem[] {
  const { cluster, folder } = ca;
  return authoritiesOf(ca).filter(({ certificate }) => !permits(certificate, trustDomain)).map(({ certificate, file }) => ({
    code: MeshErrorCode.CA_TRUST_DOMAIN,
    where: `${folder}, ${file}`,
    what: `${shownName(certificate.x509.subject)}: proxies would refuse every workload certificate of cluster '${cluster}', `
      + 'because a name constraint keeps out its trust domain',
    got: shownTrustDomains([certificate]),
    expected: trustDomain,
    fix: file === PKI.caCert
      ? `run istio-mesh ca renew ${cluster} --trust-domain ${trustDomain}${dirOption(dirname(dirname(folder)))}, `
        + 'or correct the trustDomain of the cluster'
      : 'have this certificate issued again for the trust domain, or correct the trustDomain of the cluster',
  }));
}

/** Returns the trust domains that a chain of CAs is limited to, in words; `any` without a limit. */
export function shownTrustDomains(chain: Certificate[]): string {
  const constraints = chain.map(uriConstraintsOf);
  const only = constraints.filter(({ permitted }) => permitted.length > 0).map(({ permitted }) => `only ${permitted.join(' or ')}`);
  const except = constraints.flatMap(({ excluded }) => excluded).map(host => `not ${host}`);
  return [...new Set([...only, ...except])].join(', ') || 'any';
}

/** Returns the CAs of a cluster, its own first, with the file that each is in. */
export function authoritiesOf(ca: ClusterCa): Array<{ readonly certificate: Certificate; readonly file: string }> {
  const [own, ...issuers] = certificatesOf(ca.certChain, `${ca.folder}, ${PKI.certChain}`);
  const { signing } = rootsOf(ca);
  const above = issuers.filter(({ fingerprint }) => fingerprint !== signing?.fingerprint);
  return [
    { certificate: own, file: PKI.caCert },
    ...above.map(certificate => ({ certificate, file: PKI.certChain })),
    ...signing ? [{ certificate: signing, file: PKI.clusterRoot }] : [],
  ];
}

function permits(certificate: Certificate, trustDomain: string): boolean {
  const { permitted, excluded } = uriConstraintsOf(certificate);
  const matches = (constraint: string) => isWithin(trustDomain.toLowerCase(), constraint.toLowerCase());
  return (permitted.length === 0 || permitted.some(matches)) && !excluded.some(matches);
}

/**
 * Whether a constraint is for a host: a constraint with a leading period is for all hosts below it, another one for this host
 * alone. Go also takes hosts below the latter, and proxies do not.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
function isWithin(host: string, constraint: string): boolean {
  return constraint.startsWith('.') ? host.endsWith(constraint) && host !== constraint : host === constraint;
}

/** Returns the URIs of a list of subtrees: `SEQUENCE { base GeneralName, ... }`. */
function urisOf(subtrees: asn1.Asn1 | undefined): string[] {
  return parts(subtrees).flatMap(subtree => {
    const [base] = parts(subtree);
    const uri = base && tagged([base], URI);
    return uri ? [octets(uri).toString('latin1')] : [];
  });
}
