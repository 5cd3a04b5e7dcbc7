type KnownFault = 'PROXY_PORTS';

/** What random meshes leave out, since the library is wrong there. Whoever mends one takes it out of this list: it is then drawn. */
export const KNOWN_FAULTS: { readonly [name in KnownFault]?: string } = {
  PROXY_PORTS: 'HTTP on 15001 or 15006, the ports of the sidecar itself, can be imported: every request ends in BlackHoleCluster',
};
