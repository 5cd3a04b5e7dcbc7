import { isIP } from 'net';
import * as ipaddr from 'ipaddr.js';

/** Ranges that no other host can send to, as `ipaddr.js` names them. */
const RANGES_OF_NO_HOST = ['unspecified', 'loopback', 'multicast', 'broadcast'];

/** Ranges that are of one link, or that only name an IPv4 address in IPv6. */
const RANGES_OF_ONE_LINK = ['linkLocal', 'ipv4Mapped', 'rfc6145'];

/** IPv4-compatible addresses, which nothing routes (RFC 4291, 2.5.5.1). `ipaddr.js` reads their form `::192.0.2.1` as mapped. */
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96') as [ipaddr.IPv6, number];

/** Whether a text is an IP address that another host can send to, and not one with a zone, such as `fe80::1%eth0`. */
export function isHostAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) {
    return false;
  }
  // A mapped address is judged by the IPv4 address that it names.
  const address = ipaddr.process(text);
  const isIpv4Compatible = /^::\d+\./.test(text) || address instanceof ipaddr.IPv6 && address.match(IPV4_COMPATIBLE);
  return !isIpv4Compatible && !RANGES_OF_NO_HOST.includes(address.range());
}

/** Whether a text is an IP address that hosts of other networks can send to. */
export function isRoutedAddress(text: string): boolean {
  return isHostAddress(text) && !RANGES_OF_ONE_LINK.includes(ipaddr.parse(text).range());
}

/** The one spelling of an IP address; another text as it is. */
export function inOneSpelling(text: string): string {
  return isIP(text) === 6 && !text.includes('%') ? ipaddr.parse(text).toString() : text;
}
