type KnownFault = 'RETIRING_IMPORT_BESIDE_OWN_EXPORT' | 'ORDER_BY_HOSTNAME_AND_VERSION';

/** What random meshes leave out, since the library is wrong there. Whoever mends one takes it out of this list: it is then drawn. */
export const KNOWN_FAULTS: { readonly [name in KnownFault]?: string } = {
  RETIRING_IMPORT_BESIDE_OWN_EXPORT:
    'a retiring import, in a cluster that exports the service itself, from others that all retire: its rules lose exporters and versions',
  ORDER_BY_HOSTNAME_AND_VERSION:
    'an order among gateways, one of them known by hostname, of a service with versions: istiod has no order for a version',
};
