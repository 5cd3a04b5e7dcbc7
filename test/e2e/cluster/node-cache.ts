/** Settings of a node-local DNS cache. */
export interface NodeCache {
  /** Addresses of the cache on its node. */
  readonly addresses: string[];
  /** Address of the Service by which the cache reaches CoreDNS. */
  readonly clusterDns: string;
}

/** Corefile that NodeLocal DNSCache writes when it starts, from its ConfigMap and the stub domains of ConfigMap kube-dns. */
export function nodeCacheCorefile(base: string, stubDomains: string, { addresses, clusterDns }: NodeCache): string {
  const variables: { readonly [name: string]: string } = {
    __PILLAR__UPSTREAM__SERVERS__: '/etc/resolv.conf',
    __PILLAR__CLUSTER__DNS__: clusterDns,
    __PILLAR__LOCAL__DNS__: addresses.join(' '),
    __PILLAR__DNS__SERVER__: '',
  };
  const corefile = Object.entries(variables).reduce((text, [name, value]) => text.split(name).join(value), base);
  const blocks = Object.entries(JSON.parse(stubDomains) as { [domain: string]: string[] }).map(([domain, servers]) =>
    `\n${domain}:53 {\n    errors\n    cache 30\n    bind ${addresses.join(' ')}\n    forward . ${servers.join(' ')}\n}\n`);
  return corefile + blocks.join('');
}
