import type { LineComments } from '../output/comments';

/** Reasons for settings of Istio that a reviewer asks about, by the kind of the object. They stand in the written files. */
const BY_KIND: { readonly [kind: string]: LineComments } = {
  DestinationRule: {
    'mode: DISABLE': 'the mutual TLS of the sidecars passes through the gateways as it is',
    'maxConnectionDuration: 60s': 'connections must end, or callers stay with a cluster that no longer exports',
    'minHealthPercent: 1': 'if every gateway fails, none is ejected: the caller itself may be cut off',
  },
  Gateway: {
    'mode: AUTO_PASSTHROUGH': 'the gateway reads the SNI alone: mutual TLS stays between the two sidecars',
  },
};

const NONE: LineComments = {};

/** The comments for an object of a kind. */
export function lineComments(kind: string): LineComments {
  return Object.hasOwn(BY_KIND, kind) ? BY_KIND[kind] : NONE;
}
