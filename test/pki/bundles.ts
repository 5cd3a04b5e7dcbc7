import { createPrivateKey } from 'crypto';
import { pki } from 'node-forge';
import { crl, keysOf, make, Made, Shape } from './make';
import type { CaBundle } from '../../src/pki/cluster-ca';

/** CA bundle, and whether the library must accept it. */
export interface Row {
  readonly name: string;
  readonly good: boolean;
  /** Whether strict verifiers refuse the root of a good bundle: the library warns. */
  readonly warns?: boolean;
  readonly bundle: CaBundle & { readonly caKey: string };
}

/** Files of a bundle that differ from those of the intermediate and its root. */
type Changes = Partial<CaBundle>;

const root = make();
const otherRoot = make({ name: 'Other root' });
const expiredRoot = make({ name: 'Expired root', from: -20, until: -1 });
const intermediate = make({ issuer: root, pathLength: 0 });

function bundleOf(ca: Made, changes: Changes = {}, top = root): Row['bundle'] {
  return { caCert: ca.pem, caKey: ca.key, certChain: ca.pem + top.pem, rootCert: top.pem, ...changes };
}

/** Returns a bundle that the library must accept. */
function accepted(name: string, ca: Made, changes: Changes = {}): Row {
  return { name, good: true, bundle: bundleOf(ca, changes) };
}

/** Returns a bundle that the library must refuse. */
function refused(name: string, ca: Made, changes: Changes = {}): Row {
  return { name, good: false, bundle: bundleOf(ca, changes) };
}

/** Returns a bundle whose intermediate has a mistake. */
function badIntermediate(name: string, shape: Shape): Row {
  return refused(name, make({ issuer: root, pathLength: 0, ...shape }));
}

/** Returns a bundle whose root has a mistake. */
function badRoot(name: string, shape: Shape): Row {
  const top = make({ ...shape, name });
  return { name, good: false, bundle: bundleOf(make({ issuer: top, pathLength: 0 }), {}, top) };
}

/** Returns a bundle of a root that the library accepts with a warning. */
function unusualRoot(name: string, shape: Shape): Row {
  return { ...badRoot(name, shape), good: true, warns: true };
}

function acceptedBundles(): Row[] {
  const middle = make({ issuer: root, name: 'Organisation', pathLength: 1 });
  const belowMiddle = make({ issuer: middle, pathLength: 0 });
  const pkcs1 = createPrivateKey(intermediate.key).export({ type: 'pkcs1', format: 'pem' }).toString();
  const usages = { name: 'extKeyUsage', serverAuth: true, clientAuth: true };
  return [
    accepted('intermediate and root', intermediate),
    accepted('no pathlen on the intermediate', make({ issuer: root })),
    accepted('a chain without the root', intermediate, { certChain: intermediate.pem }),
    accepted('two roots', intermediate, { rootCert: root.pem + otherRoot.pem }),
    accepted('three levels', belowMiddle, { certChain: belowMiddle.pem + middle.pem + root.pem }),
    accepted('SHA-384', make({ issuer: root, pathLength: 0, digest: 'sha384' })),
    accepted('RSA 3072', make({ issuer: root, pathLength: 0, bits: 3072, name: 'Big' })),
    accepted('extendedKeyUsage for servers and clients', make({ issuer: root, pathLength: 0, more: [usages] })),
    accepted('key as PKCS#1', intermediate, { caKey: pkcs1 }),
    accepted('a CRL of each CA', intermediate, { crl: crl(intermediate) + crl(root) }),
    accepted('an expired root beside the root of the chain', intermediate, { rootCert: expiredRoot.pem + root.pem }),
    unusualRoot('root without keyUsage', { keyUsage: 'absent' }),
    unusualRoot('root basicConstraints not critical', { ca: 'not critical' }),
    unusualRoot('root serial zero', { serial: '00' }),
    unusualRoot('root SHA-1', { digest: 'sha1' }),
    unusualRoot('root without SKI', { subjectKeyId: 'absent' }),
    unusualRoot('root with all of these', {
      keyUsage: 'absent', ca: 'not critical', serial: '00', digest: 'sha1', subjectKeyId: 'absent',
    }),
  ];
}

function badFiles(): Row[] {
  const { pem, key, keys: { privateKey } } = intermediate;
  const encrypted = pki.encryptRsaPrivateKey(privateKey, 'secret', { algorithm: 'aes256' }).replace(/\r\n/g, '\n').trim();
  return [
    refused('CRLF line ends', intermediate, { caCert: pem.replace(/\n/g, '\r\n') }),
    refused('chain without final newline', intermediate, { certChain: (pem + root.pem).trim() }),
    refused('two roots on one line', intermediate, { rootCert: root.pem.trim() + otherRoot.pem }),
    refused('text before the certificate', intermediate, { caCert: `Bag Attributes\n${pem}` }),
    refused('indentation, as in a copy from YAML', intermediate, { rootCert: root.pem.replace(/^/gm, '  ').trimEnd().concat('\n') }),
    refused('a byte order mark', intermediate, { rootCert: `\ufeff${root.pem}` }),
    refused('no certificate', intermediate, { caCert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
    refused('several certificates as the CA', intermediate, { caCert: pem + root.pem }),
    refused('two keys', intermediate, { caKey: key + key }),
    refused('wrong key', intermediate, { caKey: otherRoot.key }),
    refused('encrypted key', intermediate, { caKey: `${encrypted}\n` }),
    refused('no key', intermediate, { caKey: 'nothing\n' }),
  ];
}

function badChains(): Row[] {
  const { pem } = intermediate;
  const middleWithoutCas = make({ issuer: root, name: 'Organisation', pathLength: 0 });
  const belowMiddle = make({ issuer: middleWithoutCas, pathLength: 0 });
  return [
    refused('reversed chain', intermediate, { certChain: root.pem + pem }),
    refused('a chain with a certificate of another CA', intermediate, { certChain: pem + otherRoot.pem + root.pem }),
    refused('empty chain', intermediate, { certChain: '' }),
    refused('the root as the CA', root, { certChain: root.pem }),
    refused('wrong root', intermediate, { rootCert: otherRoot.pem }),
    refused('a root with the same name and another key', intermediate, { rootCert: make({ keys: keysOf('Second root') }).pem }),
    refused('a CA above the intermediate with pathlen:0', belowMiddle, { certChain: belowMiddle.pem + middleWithoutCas.pem + root.pem }),
  ];
}

function badCertificates(): Row[] {
  const belowExpired = make({ issuer: expiredRoot, pathLength: 0 });
  return [
    badIntermediate('extendedKeyUsage for mail only', { more: [{ name: 'extKeyUsage', emailProtection: true }] }),
    badIntermediate('extendedKeyUsage for servers only', { more: [{ name: 'extKeyUsage', serverAuth: true }] }),
    badIntermediate('an unknown critical extension', { more: [{ id: '1.2.3.4', critical: true, value: '\x05\x00' }] }),
    badIntermediate('wrong AKI: its own', { authorityKeyId: 'own' }),
    badIntermediate('no AKI', { authorityKeyId: 'absent' }),
    badIntermediate('no SKI', { subjectKeyId: 'absent' }),
    badIntermediate('negative serial', { serial: 'f00000000000000000000000000000ff' }),
    badIntermediate('serial zero', { serial: '00' }),
    badIntermediate('serial of 21 octets', { serial: `40${'00'.repeat(19)}01` }),
    badIntermediate('expired', { from: -20, until: -1 }),
    badIntermediate('not valid yet', { from: 2 }),
    badIntermediate('RSA 1024', { bits: 1024, name: 'Small' }),
    badIntermediate('CA:false', { ca: false }),
    badIntermediate('no basicConstraints', { ca: 'absent' }),
    badIntermediate('basicConstraints not critical', { ca: 'not critical' }),
    badIntermediate('SHA-1', { digest: 'sha1' }),
    badIntermediate('no keyUsage', { keyUsage: 'absent' }),
    badIntermediate('keyUsage without keyCertSign', { keyUsage: { digitalSignature: true } }),
    badRoot('root pathlen:0', { pathLength: 0, from: -1 }),
    badRoot('root expired', { from: -20, until: -1 }),
    badRoot('root RSA 1024', { bits: 1024 }),
    badRoot('root CA:false', { ca: false }),
    badRoot('root without basicConstraints', { ca: 'absent' }),
    badRoot('root CA:false, not critical', { ca: false, keyUsage: 'absent' }),
    badRoot('root keyUsage without keyCertSign', { keyUsage: { digitalSignature: true } }),
    badRoot('root negative serial', { serial: 'f00000000000000000000000000000ff' }),
    badRoot('root MD5', { digest: 'md5' }),
    refused('an expired root that the chain leads to, beside another', belowExpired, {
      certChain: belowExpired.pem, rootCert: expiredRoot.pem + root.pem,
    }),
  ];
}

function badCrls(): Row[] {
  return [
    refused('CRL of the intermediate only', intermediate, { crl: crl(intermediate) }),
    refused('outdated CRL', intermediate, { crl: crl(intermediate, -1) + crl(root) }),
    refused('CRL that revokes the intermediate', intermediate, { crl: crl(intermediate) + crl(root, 30, intermediate) }),
    refused('no CRL of a root that the chain leaves out', intermediate, { certChain: intermediate.pem, crl: crl(intermediate) }),
    refused('CRL of another CA', intermediate, { crl: crl(otherRoot) + crl(root) }),
  ];
}

/** Returns good and bad CA bundles, for this library and to compare it with istiod and OpenSSL. */
export function bundles(): Row[] {
  return [...acceptedBundles(), ...badFiles(), ...badChains(), ...badCertificates(), ...badCrls()];
}
