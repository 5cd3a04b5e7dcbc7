import type { X509Certificate } from 'crypto';
import { dial, Dialled, Handshake, NoHandshake } from './dial';
import { soonEnding, Soon } from './ending';
import type { ClusterRoots } from './root-findings';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { endpointText } from '../../model/gateway-address';
import { grouped } from '../../written/cluster';
import type { Finding } from '../../written/finding';
import type { Place } from '../../written/source';
import type { Hop, Step } from '../../written/way/step';

/** Handshakes with one gateway that run at a time. */
const AT_A_TIME = 4;

/** A gateway as an import needs it. */
export interface DialTarget extends Dialled {
  /** Clusters that the address is said to be of. */
  readonly owners: string[];
  readonly identities: readonly string[];
  readonly place?: Place;
}

/** The gateways on a way, with the SNI that they get. */
export function dialTargets(first: Step, roots: ClusterRoots, fromCluster: string): DialTarget[] {
  const collect = (step: Step, hop?: Hop): DialTarget[] => {
    const current = step.station === 'TLS' ? step.hop : hop;
    const owners = step.next.flatMap(({ station, cluster }) => station === 'opened' && cluster !== undefined ? [cluster] : []);
    const pem = [fromCluster, ...owners].map(name => roots.get(name)?.pem).find(found => found !== undefined);
    const target = step.station === 'gateway' && step.endpoint && current && pem !== undefined
      ? [{ ...step.endpoint, sni: current.sni, identities: current.identities, roots: pem, owners, place: step.place }]
      : [];
    return [...target, ...step.next.flatMap(next => collect(next, current))];
  };
  return collect(first);
}

/** Connects to each gateway with each SNI, and says what callers would not accept. An address that does not answer is told once. */
export async function gatewayFindings(targets: DialTarget[], soon: Soon): Promise<Finding[]> {
  const unique = new Map(targets.map(target => [`${endpointText(target)} ${target.sni} ${target.roots}`, target]));
  const addresses = [...grouped([...unique.values()], target => [endpointText(target)]).values()];
  const results = await Promise.all(addresses.map(async ([first, ...others]) => {
    const result = await dial(first);
    const isSilent = 'isUnreachable' in result && result.isUnreachable;
    return [...findingsOn(first, result, soon), ...isSilent ? [] : await inTurn(others, soon)];
  }));
  return results.flat();
}

/** Connects with a few SNIs at a time. */
async function inTurn(targets: DialTarget[], soon: Soon): Promise<Finding[]> {
  const findings: Finding[] = [];
  const queue = [...targets];
  const worker = async () => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      findings.push(...findingsOn(target, await dial(target), soon));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return findings;
}

function findingsOn(target: DialTarget, result: Handshake | NoHandshake, soon: Soon): Finding[] {
  const where = `gateway ${endpointText(target)}${target.owners.length > 0 ? ` of ${target.owners.join(' or ')}` : ''}`;
  const problem = { severity: 'error' as const, code: MeshErrorCode.LIVE_GATEWAY, where, place: target.place };
  if (!('chain' in result)) {
    return [result.isUnreachable ? {
      ...problem,
      what: 'nothing answers at the address, from where this command runs',
      got: result.code,
      expected: 'a gateway of Istio',
      fix: 'see whether the pods and the load balancer of the gateway are ready, and whether a firewall is open; '
        + '--no-connect leaves these connections out',
    } : {
      ...problem,
      what: 'the gateway closes the connection for an SNI that callers send',
      got: result.code,
      expected: target.sni,
      fix: 'see with istio-mesh check whether the exporting cluster opens the host, and whether a pod of the Service is ready',
    }];
  }
  const [leaf] = result.chain;
  const identities = identitiesOf(leaf);
  const isExpected = target.identities.length === 0 || identities.some(identity => target.identities.includes(identity));
  return [
    ...result.refusal === undefined ? [] : [{
      ...problem,
      code: MeshErrorCode.ROOTS_DIFFER,
      what: `callers do not accept the certificates behind ${target.sni}: ${REFUSALS[result.refusal] ?? 'the chain is not valid'}`,
      got: result.refusal,
      expected: 'a chain to a root that the calling cluster trusts',
      fix: 'compare the roots of the clusters, and see whether each istiod runs with its CA: docs/how-to/repair-a-self-signed-istiod.md',
    }],
    ...isExpected ? [] : [{
      ...problem,
      what: `callers do not accept the server behind ${target.sni}`,
      got: identities,
      expected: target.identities.join(' or '),
      fix: 'correct the service account of the export, or of the pods',
    }],
    ...result.chain.flatMap((certificate, i) => soonEnding(certificate, { ...soon, where, place: target.place, isCa: i > 0 })),
  ];
}

/** Words for what OpenSSL says. */
const REFUSALS: { readonly [code: string]: string } = {
  SELF_SIGNED_CERT_IN_CHAIN: 'they lead to another root',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the server signed its own',
  UNABLE_TO_GET_ISSUER_CERT: 'their root is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'their root is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'their root is unknown',
  CERT_HAS_EXPIRED: 'one of them has expired',
  CERT_NOT_YET_VALID: 'one of them is not valid yet',
  CERT_SIGNATURE_FAILURE: 'a signature is wrong',
};

/** Identities of SPIFFE in a certificate. */
function identitiesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '').split(', ').flatMap(name => /^URI:(spiffe:.+)$/.exec(name)?.[1] ?? []);
}
