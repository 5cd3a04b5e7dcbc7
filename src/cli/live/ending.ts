import type { X509Certificate } from 'crypto';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { shownName } from '../../pki/certificate';
import type { Finding } from '../../written/finding';
import type { Place } from '../../written/source';

const DAY = 24 * 3600 * 1000;

/** Share of its life after which a workload certificate should have been renewed. istiod renews at half of it. */
const LATE = 0.9;

/** When a certificate counts as about to end. */
export interface Soon {
  readonly now: Date;
  /** Days before the end of a CA. */
  readonly within: number;
}

/** A warning for a certificate that is about to end. */
export function soonEnding(
  certificate: X509Certificate,
  { now, within, where, place, isCa }: Soon & { readonly where: string; readonly place?: Place; readonly isCa: boolean },
): Finding[] {
  const [from, to] = [certificate.validFrom, certificate.validTo].map(text => new Date(text).getTime());
  const left = to - now.getTime();
  const isSoon = isCa ? left < within * DAY : now.getTime() > from + (to - from) * LATE;
  if (left < 0 || !isSoon) {
    return [];
  }
  return [{
    severity: 'warning',
    code: MeshErrorCode.EXPIRING_CA,
    where,
    what: isCa ? `the CA ${shownName(certificate.subject)} ends soon` : 'the certificate of the workload was not renewed in time',
    got: isCa ? `${Math.floor(left / DAY)} days left` : `${Math.round(left / 60_000)} minutes left`,
    expected: isCa ? `more than ${within} days` : 'a renewal at half of its life',
    fix: isCa
      ? 'run istio-mesh ca renew for the cluster, or replace the root: docs/how-to/replace-the-root.md'
      : 'see whether the proxies reach their istiod',
    place,
  }];
}
