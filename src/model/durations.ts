import { Duration } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Returns a duration, or throws for one that Istio refuses: it takes whole milliseconds, and none below one. */
export function checkedDuration(value: Duration, what: string, where: string): Duration {
  const milliseconds = value.toMilliseconds({ integral: false });
  if (Number.isInteger(milliseconds) && milliseconds >= 1) {
    return value;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_DURATION,
    where,
    what: `an invalid ${what}`,
    got: `${milliseconds} ms`,
    expected: 'whole milliseconds, at least 1',
    fix: 'write for instance Duration.seconds(2)',
  });
}

/** A duration as Istio reads it, such as "1s" or "250ms". */
export function istioDuration(value: Duration): string {
  return `${value.toMilliseconds()}ms`.replace(/000ms$/, 's');
}
