import { createPrivateKey } from 'crypto';
import { pki } from 'node-forge';
import { crl, keysOf, make, Made, Shape } from './make';
import type { CaBundle } from '../../src/pki/cluster-ca';

/** A bundle, good or bad. */
export interface Row {
  readonly name: string;
  readonly good: boolean;
  readonly bundle: CaBundle & { readonly caKey: string };
}

/** Good and bad CA bundles: what istiod, OpenSSL and this library must each have an opinion on. */
export function bundles(): Row[] {
  const root = make();
  const other = make({ name: 'Other root' });
  const row = (name: string, good: boolean, intermediate: Made, changes: Partial<CaBundle> = {}, top = root): Row => ({
    name,
    good,
    bundle: {
      caCert: intermediate.pem,
      caKey: intermediate.key,
      certChain: intermediate.pem + top.pem,
      rootCert: top.pem,
      ...changes,
    },
  });
  const bad = (name: string, shape: Shape) => row(name, false, make({ issuer: root, pathLength: 0, ...shape }));
  const badRoot = (name: string, shape: Shape) => {
    const top = make({ ...shape, name });
    return row(name, false, make({ issuer: top, pathLength: 0 }), {}, top);
  };
  const good = make({ issuer: root, pathLength: 0 });
  const middle = make({ issuer: root, name: 'Organisation', pathLength: 1 });
  const below = make({ issuer: middle, pathLength: 0 });
  const selfish = make({ issuer: root, name: 'Organisation', pathLength: 0 });
  const belowSelfish = make({ issuer: selfish, pathLength: 0 });
  const encrypted = pki.encryptRsaPrivateKey(good.keys.privateKey, 'secret', { algorithm: 'aes256' }).replace(/\r\n/g, '\n').trim();
  return [
    row('intermediate and root', true, good),
    row('no pathlen on the intermediate', true, make({ issuer: root })),
    row('a chain that leaves the root out', true, good, { certChain: good.pem }),
    row('two roots, joined well', true, good, { rootCert: root.pem + other.pem }),
    row('three levels', true, below, { certChain: below.pem + middle.pem + root.pem }),
    row('SHA-384', true, make({ issuer: root, pathLength: 0, digest: 'sha384' })),
    row('RSA 3072', true, make({ issuer: root, pathLength: 0, bits: 3072, name: 'Big' })),
    row(
      'extendedKeyUsage for servers and clients',
      true,
      make({ issuer: root, pathLength: 0, more: [{ name: 'extKeyUsage', serverAuth: true, clientAuth: true }] }),
    ),
    row('key as PKCS#1', true, good, { caKey: createPrivateKey(good.key).export({ type: 'pkcs1', format: 'pem' }).toString() }),
    row('a CRL of each CA', true, good, { crl: crl(good) + crl(root) }),

    row('CRLF line ends', false, good, { caCert: good.pem.replace(/\n/g, '\r\n') }),
    row('chain without final newline', false, good, { certChain: (good.pem + root.pem).trim() }),
    row('two roots on one line', false, good, { rootCert: root.pem.trim() + other.pem }),
    row('text before the certificate', false, good, { caCert: `Bag Attributes\n${good.pem}` }),
    row('indented, as copied from YAML', false, good, { rootCert: root.pem.replace(/^/gm, '  ').trimEnd().concat('\n') }),
    row('a byte order mark', false, good, { rootCert: `\ufeff${root.pem}` }),
    row('two keys', false, good, { caKey: good.key + good.key }),
    bad('extendedKeyUsage for mail alone', { more: [{ name: 'extKeyUsage', emailProtection: true }] }),
    bad('extendedKeyUsage for servers alone', { more: [{ name: 'extKeyUsage', serverAuth: true }] }),
    bad('a critical extension that nobody knows', { more: [{ id: '1.2.3.4', critical: true, value: '\x05\x00' }] }),
    row('reversed chain', false, good, { certChain: root.pem + good.pem }),
    row('a stranger in the chain', false, good, { certChain: good.pem + other.pem + root.pem }),
    row('empty chain', false, good, { certChain: '' }),
    row('several certificates as the CA', false, good, { caCert: good.pem + root.pem }),
    row('the root as the CA', false, root, { certChain: root.pem }),
    row('wrong key', false, good, { caKey: other.key }),
    row('encrypted key', false, good, { caKey: `${encrypted}\n` }),
    row('no key at all', false, good, { caKey: 'nothing\n' }),
    row('wrong root', false, good, { rootCert: other.pem }),
    row('a root of the same name with another key', false, good, { rootCert: make({ keys: keysOf('Impostor') }).pem }),
    row('no certificate at all', false, good, { caCert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
    bad('wrong AKI: its own', { authorityKeyId: 'own' }),
    bad('no AKI', { authorityKeyId: 'absent' }),
    bad('no SKI', { subjectKeyId: 'absent' }),
    bad('negative serial', { serial: 'f00000000000000000000000000000ff' }),
    bad('serial zero', { serial: '00' }),
    bad('serial of 21 octets', { serial: `40${'00'.repeat(19)}01` }),
    bad('expired', { from: -20, until: -1 }),
    bad('not valid yet', { from: 2 }),
    bad('RSA 1024', { bits: 1024, name: 'Small' }),
    bad('CA:false', { ca: false }),
    bad('no basicConstraints', { ca: 'absent' }),
    bad('basicConstraints not critical', { ca: 'not critical' }),
    bad('SHA-1', { digest: 'sha1' }),
    bad('no keyUsage', { keyUsage: 'absent' }),
    bad('keyUsage without keyCertSign', { keyUsage: { digitalSignature: true } }),
    badRoot('root pathlen:0', { pathLength: 0, from: -1 }),
    badRoot('root expired', { from: -20, until: -1 }),
    badRoot('root RSA 1024', { bits: 1024 }),
    badRoot('root CA:false', { ca: false }),
    badRoot('root without basicConstraints', { ca: 'absent' }),
    row('an organisation that allows no CA below it', false, belowSelfish, { certChain: belowSelfish.pem + selfish.pem + root.pem }),
    row('CRL of the intermediate alone', false, good, { crl: crl(good) }),
    row('CRL out of date', false, good, { crl: crl(good, -1) + crl(root) }),
    row('CRL that revokes the intermediate', false, good, { crl: crl(good) + crl(root, 30, good) }),
    row('CRLs without that of a root that the chain leaves out', false, good, { certChain: good.pem, crl: crl(good) }),
    row('CRL of a stranger', false, good, { crl: crl(other) + crl(root) }),
  ];
}
