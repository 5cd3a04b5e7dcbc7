import * as ipaddr from 'ipaddr.js';
import { objectsIn, textsIn } from './content';
import { DeclaredImport, Declarations, ForeignManifest } from './declarations';
import { placeOf } from './rule-scope';
import { isVisibleIn } from './visibility';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

const HTTP = ['http', 'http2', 'grpc', 'grpc-web'];
const TLS = ['tls', 'https'];

/** An import with one of its VIPs. */
interface OwnedVip {
  readonly address: string;
  readonly imported: DeclaredImport;
}

/**
 * A ServiceEntry of the user's own with the VIP of an import and one of its ports. Sidecars tell two HTTP services on one address apart
 * by their names, and two TLS services by their SNI. Everything else on the port reaches one of the two.
 */
export function foreignVips(declared: Declarations): Problem[] {
  const entries = declared.imports.length === 0 ? [] : declared.manifests('ServiceEntry', 'networking.istio.io')
    .filter(({ spec }) => textsIn(spec.addresses).length > 0);
  if (entries.length === 0) {
    return [];
  }
  const owned = declared.imports.flatMap(imported => imported.addresses.map((address): OwnedVip => ({ address, imported })));
  const byAddress = new Map<string, OwnedVip[]>();
  owned.forEach(vip => byAddress.set(vip.address, [...byAddress.get(vip.address) ?? [], vip]));
  return entries.flatMap(entry => textsIn(entry.spec.addresses).flatMap(address => {
    const isRange = address.includes('/');
    const vips = isRange ? owned.filter(vip => contains(address, vip.address)) : byAddress.get(address) ?? [];
    return vips.filter(({ imported }) => collides(entry, imported, isRange)).slice(0, 1).map(vip => problemOf(entry, address, vip));
  }));
}

function problemOf(entry: ForeignManifest, address: string, { imported, address: vip }: OwnedVip): Problem {
  return {
    code: MeshErrorCode.VIP_CONFLICT,
    where: placeOf('ServiceEntry', entry),
    path: entry.path,
    what: `the entry and ${imported.service.host}, which namespace '${imported.namespace}' imports, have one VIP and a port in common`,
    got: address,
    expected: `addresses without ${vip}`,
    fix: 'choose another address for your entry, or set addresses on the import',
  };
}

/** Whether sidecars of the importing namespace see both and cannot tell them apart. */
function collides(entry: ForeignManifest, { service, namespace, isScoped }: DeclaredImport, isRange: boolean): boolean {
  const ports = objectsIn(entry.spec.ports);
  if (textsIn(entry.spec.hosts).includes(service.host) || isScoped && !isVisibleIn(namespace, entry)) {
    // The check of duplicate hosts reports an entry for the same host.
    return false;
  }
  return service.ports.some(({ port, isHttp, isTls }) => ports.filter(({ number }) => number === port).some(({ protocol }) => {
    const theirs = String(protocol ?? 'tcp').toLowerCase();
    // A single address is more specific than a range, unless only names tell services apart.
    const isShared = theirs === 'udp' || isHttp && HTTP.includes(theirs) || isTls && TLS.includes(theirs);
    return !isShared && (!isRange || isHttp && !HTTP.includes(theirs));
  }));
}

function contains(range: string, address: string): boolean {
  if (!ipaddr.isValidCIDR(range)) {
    return false;
  }
  const [network, parsed] = [ipaddr.parseCIDR(range), ipaddr.parse(address)];
  return network[0].kind() === parsed.kind() && parsed.match(network as [ipaddr.IPv4, number]);
}
