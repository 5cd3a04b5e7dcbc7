import type { ServicePort } from './service-port';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Longest SNI that istiod and Envoy accept, in characters. */
const MAX_LENGTH = 255;

/** What the SNIs of a service consist of. */
interface SniParts {
  /** Host that the SNIs name. */
  readonly host: string;
  readonly ports: ServicePort[];
  readonly versions: string[];
}

/**
 * Throws when an SNI of a service, such as `outbound_.8000_.v1_.httpbin.bar.svc.cluster.local`, is longer than istiod and Envoy accept.
 * @throws MESH001 for such a service
 */
export function refuseLongSnis({ host, ports, versions }: SniParts, where: string): void {
  for (const { port } of ports) {
    for (const version of ['', ...versions]) {
      refuseLongSni(`outbound_.${port}_.${version}_.${host}`, where);
    }
  }
}

function refuseLongSni(sni: string, where: string): void {
  if (sni.length <= MAX_LENGTH) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: `an SNI of ${sni.length} characters, longer than istiod and Envoy accept`,
    got: sni,
    expected: `${MAX_LENGTH} characters at most`,
    fix: 'shorten the name of the service, namespace, version or cluster domain',
  });
}
