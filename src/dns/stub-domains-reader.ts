import { isIP } from 'net';
import { CurrentContentError } from './current-content';

/** Program that reads the stub domains of ConfigMap kube-system/kube-dns. */
export enum StubDomainsReader {
  KUBE_DNS = 'kube-dns',
  /** NodeLocal DNSCache. It writes each domain into a Corefile, so it takes IP addresses only, and at least one. */
  NODE_CACHE = 'NodeLocal DNSCache',
}

const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Host and port, as `10.0.0.1:53` or `[2001:db8::1]:53`. */
const ADDRESS_WITH_PORT = /^(?:\[(?<six>[^[\]]*)\]|(?<four>[^:[\]]*)):(?<port>[^:]*)$/;

/**
 * Refuses stub domains that their reader refuses. It refuses all of them for one bad entry, and keeps those that it had before, so a new
 * domain beside the bad entry never takes effect.
 * @throws CurrentContentError with the bad entry
 */
export function refuseUnreadableStubDomains(stubDomains: { readonly [domain: string]: string[] }, reader: StubDomainsReader): void {
  for (const [domain, nameServers] of Object.entries(stubDomains)) {
    if (!DNS_SUBDOMAIN.test(domain)) {
      throw new CurrentContentError(`it has a domain for which ${reader} refuses all domains: write it in lower case, without a final dot`,
        domain);
    }
    const invalid = nameServers.find(nameServer => !isNameServer(nameServer, reader));
    if (invalid !== undefined) {
      throw new CurrentContentError(`it has a name server for which ${reader} refuses all domains`, `${domain} ${JSON.stringify(invalid)}`);
    }
    if (nameServers.length === 0 && reader === StubDomainsReader.NODE_CACHE) {
      throw new CurrentContentError(`it has a domain without name servers, with which ${reader} does not start`, domain);
    }
  }
}

/** Whether a name server is an IP address with or without a port, or for kube-dns a hostname without one. */
function isNameServer(nameServer: string, reader: StubDomainsReader): boolean {
  const { six, four, port = '' } = ADDRESS_WITH_PORT.exec(nameServer)?.groups ?? {};
  const isPort = port === '' || (/^\d+$/.test(port) && Number(port) <= 65535);
  return isPort && (isIP(six ?? four ?? nameServer) !== 0 || (reader === StubDomainsReader.KUBE_DNS && DNS_SUBDOMAIN.test(nameServer)));
}
