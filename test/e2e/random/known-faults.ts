/** What random meshes leave out, since the library is wrong there. Whoever mends one takes it out of this list: it is then drawn. */
export const KNOWN_FAULTS: { readonly [name in KnownFault]?: string } = {
  SAME_NAME_THROUGH_EGRESS: 'two services of one name and namespace, under two suffixes, go through one egress gateway: the second has no route',
  PROXY_PORTS: 'HTTP on 15001 or 15006, the ports of the sidecar itself, is imported without a word: every request ends in BlackHoleCluster',
};

type KnownFault = 'SAME_NAME_THROUGH_EGRESS' | 'PROXY_PORTS';
