import { Duration } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedDuration, goDuration, LONGEST_IN_GO } from '../model/durations';

/** Limits of cert-manager. */
const VALIDITY = { least: Duration.hours(1), longest: LONGEST_IN_GO };
const RENEW_BEFORE = { least: Duration.minutes(5), longest: LONGEST_IN_GO };

/** Times of a certificate; undefined for the default. */
interface GivenTimes {
  readonly duration?: Duration;
  readonly renewBefore?: Duration;
}

/** How long a certificate of cert-manager is valid, and how long before the end it is renewed, in the format of Go. */
export interface CertificateTimes {
  readonly duration: string;
  readonly renewBefore: string;
}

/**
 * Returns the times of a certificate of cert-manager.
 * @throws MESH027 for times that cert-manager refuses
 */
export function certificateTimes(given: GivenTimes, where: string): CertificateTimes {
  const duration = checkedDuration(given.duration ?? Duration.days(365), 'duration', VALIDITY, where);
  const renewBefore = checkedDuration(given.renewBefore ?? Duration.days(60), 'renewBefore', RENEW_BEFORE, where);
  if (renewBefore.toMilliseconds() < duration.toMilliseconds()) {
    return { duration: goDuration(duration), renewBefore: goDuration(renewBefore) };
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_DURATION,
    where,
    what: 'renewBefore is not shorter than duration, so cert-manager refuses the Certificate',
    got: goDuration(renewBefore),
    expected: `a time shorter than ${goDuration(duration)}`,
    fix: 'set a shorter renewBefore, about a third of duration; it is 60 days by default',
  });
}
