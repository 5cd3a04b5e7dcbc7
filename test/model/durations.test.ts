import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CertManagerIssuer, EgressGateway, EgressRoute, IstioRelease, LocalNameImport, MeshTrust, RemoteServiceEntry,
} from '../../src';
import { checkedConnectTimeout, goDuration } from '../../src/model/durations';
import { clusters, errorOf, exporter, remote } from '../mistakes/mistake';

const istio = IstioRelease.V1_31;
const service = remote([exporter('c')]);
const inChart = () => new Chart(new App(), 'chart');

/** A time with a name for a test. */
function inMilliseconds(time: Duration): [string, Duration] {
  return [`${time.toMilliseconds({ integral: false })} ms`, time];
}

/** Every option that holds the time limit of a connection. */
const TIMEOUTS: ReadonlyArray<readonly [string, (connectTimeout: Duration) => unknown]> = [
  ['a cluster', connectTimeout => clusters().mesh.addCluster('c', { importDefaults: { connectTimeout } })],
  ['a RemoteServiceEntry', connectTimeout => new RemoteServiceEntry(inChart(), 'i', { istio, service, namespace: 'foo', connectTimeout })],
  ['a LocalNameImport', connectTimeout => new LocalNameImport(
    inChart(), 'i', { istio, service, selector: { app: 'a' }, connectTimeout },
  )],
  ['an EgressRoute', connectTimeout => new EgressRoute(
    inChart(), 'r', { istio, service, egressGateway: EgressGateway.service(), connectTimeout },
  )],
];

describe.each(TIMEOUTS)('the connectTimeout of %s', (_, declare) => {
  test.each([
    Duration.millis(0), Duration.millis(0.5), Duration.millis(1.5), Duration.seconds(0.0015), Duration.seconds(1.0005),
    Duration.minutes(1 / 7),
    Duration.seconds(9_223_372_036), Duration.days(200_000), Duration.seconds(NaN), Duration.seconds(Infinity),
  ].map(inMilliseconds))('is refused at %s', (_name, time) => {
    expect(errorOf(() => declare(time)).code).toBe('MESH027');
  });

  test.each([
    Duration.millis(1), Duration.millis(999), Duration.seconds(0.001), Duration.seconds(1.001), Duration.seconds(4.35),
    Duration.minutes(0.5),
    Duration.hours(1), Duration.millis(3_600_001), Duration.hours(2), Duration.millis(9_223_372_035_999),
  ].map(inMilliseconds))('is accepted at %s', (_name, time) => {
    expect(() => declare(time)).not.toThrow();
  });
});

describe('the times of a certificate', () => {
  const issuer = CertManagerIssuer.vault('root');
  const declare = (duration?: Duration, renewBefore?: Duration) => MeshTrust.certManager({ issuer, duration, renewBefore });

  test.each([
    ['renewBefore longer than duration', Duration.days(30), Duration.days(31)],
    ['renewBefore as long as duration', Duration.days(30), Duration.hours(720)],
    ['a duration shorter than the default of renewBefore', Duration.days(30), undefined],
    ['renewBefore longer than the default of duration', undefined, Duration.days(366)],
    ['a duration below an hour', Duration.minutes(59), Duration.minutes(10)],
    ['renewBefore below five minutes', Duration.hours(1), Duration.minutes(4)],
    ['a part of a millisecond', Duration.hours(1), Duration.minutes(5.000001)],
    ['more than Go can read', Duration.days(200_000), undefined],
  ])('are refused with %s, as cert-manager refuses them', (_, duration, renewBefore) => {
    expect(errorOf(() => declare(duration, renewBefore)).code).toBe('MESH027');
  });

  test.each([
    ['without any', undefined, undefined],
    ['at their least', Duration.hours(1), Duration.minutes(5)],
    ['with a duration just longer than the default of renewBefore', Duration.days(61), undefined],
    ['with renewBefore just shorter than the default of duration', undefined, Duration.days(364)],
    ['with 270 years', Duration.days(100_000), undefined],
    ['with milliseconds', Duration.seconds(3600.5), Duration.seconds(300.001)],
  ])('are accepted %s', (_, duration, renewBefore) => {
    expect(() => declare(duration, renewBefore)).not.toThrow();
  });
});

describe('the refreshInterval of an ExternalSecret', () => {
  const declare = (refreshInterval: Duration) => MeshTrust.externalSecret({ store: 'vault', refreshInterval });

  const REFUSED = [Duration.millis(0.1), Duration.seconds(NaN), Duration.days(200_000)];

  test.each(REFUSED.map(inMilliseconds))('is refused at %s', (_name, time) => {
    expect(errorOf(() => declare(time)).code).toBe('MESH027');
  });

  test.each([Duration.seconds(0), Duration.millis(1500), Duration.days(1)].map(inMilliseconds))('is accepted at %s', (_name, time) => {
    expect(() => declare(time)).not.toThrow();
  });
});

test('a time limit is accepted exactly when it is of whole milliseconds that istiod and Envoy accept', () => {
  const longest = 9_223_372_035_999;
  const halves = fc.oneof(fc.nat({ max: 7_300_000 }), fc.integer({ min: 2 * longest - 1000, max: 2 * longest + 1000 }));
  fc.assert(fc.property(halves, count => {
    const isValid = count % 2 === 0 && count >= 2 && count <= 2 * longest;
    const check = () => checkedConnectTimeout(Duration.millis(count / 2), 'here');
    expect(isValid ? check()?.toMilliseconds() : errorOf(check).code).toBe(isValid ? count / 2 : 'MESH027');
  }));
});

test('a time is the same in the format of Go', () => {
  fc.assert(fc.property(fc.nat({ max: 1e13 }), milliseconds => {
    const [, hours, minutes, seconds] = /^(\d+)h(\d+)m(\d+(?:\.\d{1,3})?)s$/.exec(goDuration(Duration.millis(milliseconds)))!;
    expect(Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)).toBe(milliseconds);
  }));
  expect(goDuration(Duration.millis(5_400_250))).toBe('1h30m0.25s');
});
