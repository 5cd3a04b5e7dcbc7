import { Duration } from 'cdk8s';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Unit in which the products of numbers of a unit are compared with whole milliseconds: 1.001 seconds are 1000.9999999999999 ms. */
const ROUNDING = 1e-6;

/** Least and longest time that an option takes. */
export interface DurationLimits {
  readonly least: Duration;
  readonly longest: Duration;
}

/** Least time limit of a connection that istiod accepts in a DestinationRule, and the longest that Envoy accepts. */
export const CONNECT_TIMEOUT: DurationLimits = { least: Duration.millis(1), longest: Duration.millis(9_223_372_035_999) };

/** Longest time that Go, and with it Kubernetes and its controllers, can read: 2^63 - 1 nanoseconds, about 292 years. */
export const LONGEST_IN_GO = Duration.millis(9_223_372_036_854);

/**
 * Returns a time in whole milliseconds, the finest unit that istiod accepts.
 * @param name name of the option
 * @throws MESH027 for a part of a millisecond, for no number, and for a time outside of the limits
 */
export function checkedDuration(time: Duration, name: string, { least, longest }: DurationLimits, where: string): Duration {
  const milliseconds = time.toMilliseconds({ integral: false });
  const whole = Math.round(milliseconds);
  if (Math.abs(milliseconds - whole) <= ROUNDING && whole >= least.toMilliseconds() && whole <= longest.toMilliseconds()) {
    return Duration.millis(whole);
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_DURATION,
    where,
    what: `invalid ${name}`,
    got: `${milliseconds} ms`,
    expected: `whole milliseconds, from ${goDuration(least)} to ${goDuration(longest)}`,
    fix: `write a time within these limits, such as ${name}: ${exampleWithin(least)}`,
  });
}

/** A time limit of a connection, checked where it is given. */
export function checkedConnectTimeout(time: Duration | undefined, where: string): Duration | undefined {
  return time && checkedDuration(time, 'connectTimeout', CONNECT_TIMEOUT, where);
}

/** Returns a time of whole milliseconds in the format of Go, such as 1h0m0s, which controllers of Kubernetes read. */
export function goDuration(time: Duration): string {
  const milliseconds = time.toMilliseconds();
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds % 3_600_000 / 60_000);
  return `${hours}h${minutes}m${milliseconds % 60_000 / 1000}s`;
}

function exampleWithin(least: Duration): string {
  return least.toMilliseconds() < 2000 ? 'Duration.seconds(2)' : 'Duration.days(30)';
}

/** A time that Istio waits or counts: whole milliseconds, at least one. */
export function checkedTime(time: Duration, name: string, where: string): Duration {
  return checkedDuration(time, name, { least: Duration.millis(1), longest: LONGEST_IN_GO }, where);
}

/** A time of whole milliseconds as Istio reads it, such as "1s" or "250ms". */
export function istioDuration(time: Duration): string {
  return `${Math.round(time.toMilliseconds({ integral: false }))}ms`.replace(/000ms$/, 's');
}
