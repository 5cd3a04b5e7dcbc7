import * as fc from 'fast-check';
import * as ipaddr from 'ipaddr.js';
import { VipRange } from '../../src';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const host = fc.tuple(label, label).map(([name, namespace]) => `${name}.${namespace}.global`);

describe('a VIP', () => {
  test('is the same in every release of this package, since other repositories use it too', () => {
    expect(VipRange.dualStack().addressesOf('httpbin.bar.global')).toEqual(['252.149.251.240', 'fd18:35a7:3084:2b81:aef9:b1ad:7c95:fbf0']);
  });

  test('does not depend on the other hosts, nor on the order in which VIPs are asked for', () => {
    fc.assert(fc.property(fc.uniqueArray(host, { minLength: 1, maxLength: 20 }), fc.array(host), (hosts, others) => {
      const alone = hosts.map(h => VipRange.ipv4().addressesOf(h));
      const shared = VipRange.ipv4();
      others.forEach(other => shared.addressesOf(other));
      const reversed = [...hosts].reverse().map(h => shared.addressesOf(h)).reverse();
      expect(reversed).toEqual(alone);
    }));
  });

  test('is in its range and outside of the excluded ranges, also those of Istio', () => {
    const excluded = ['240.240.0.0/16', '250.0.0.0/8'];
    const range = VipRange.ipv4({ exclude: ['250.0.0.0/8'] });
    fc.assert(fc.property(host, h => {
      const [address] = range.addressesOf(h);
      expect(ipaddr.parse(address).match(ipaddr.parseCIDR('240.0.0.0/4'))).toBe(true);
      expect(excluded.filter(cidr => ipaddr.parse(address).match(ipaddr.parseCIDR(cidr)))).toEqual([]);
    }), { numRuns: 1000 });
  });

  test('changes for a new exclusion if and only if it is in the excluded range', () => {
    fc.assert(fc.property(host, h => {
      const [before] = VipRange.ipv4().addressesOf(h);
      const [after] = VipRange.ipv4({ exclude: ['248.0.0.0/5'] }).addressesOf(h);
      const within = Number(before.split('.')[0]) >= 248;
      expect(after === before).toBe(!within);
    }), { numRuns: 500 });
  });

  test('of IPv6 can be taken from a unique local /64', () => {
    fc.assert(fc.property(host, h => {
      const [address] = VipRange.ipv6({ cidr: 'fd00:1:2:3::/64' }).addressesOf(h);
      expect(ipaddr.parse(address).match(ipaddr.parseCIDR('fd00:1:2:3::/64'))).toBe(true);
    }));
  });

  test('is shared by two of 10,000 hosts about as often as docs/concepts/vips.md states', () => {
    const range = VipRange.ipv4();
    const seen = new Set(Array.from({ length: 10_000 }, (_, i) => range.addressesOf(`service-${i}.namespace-${i % 100}.global`)[0]));
    // 0.19 pairs are expected. A uniform hash gives four or more pairs for one of 20,000 sets of hosts.
    expect(seen.size).toBeGreaterThan(10_000 - 4);
  });
});
