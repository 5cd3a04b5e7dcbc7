import { bundles } from './bundles';
import { crl, make } from './make';
import { problemText } from '../../src/errors/problem';
import { bundleProblems, rootCertificateProblems } from '../../src/pki/ca-bundle';
import { readCertificates } from '../../src/pki/certificate';
import { SAMPLE_CERTIFICATES } from '../../src/pki/sample-certificates';

const NOW = new Date();
const ROWS = bundles();

function bundle(name: string) {
  return ROWS.find(row => row.name === name)!.bundle;
}

function problems(name: string): string[] {
  return bundleProblems(bundle(name), 'cluster1', { at: NOW }).map(problemText);
}

test.each(ROWS.filter(({ good }) => good).map(({ name }) => name))('a good bundle has no problems: %s', name => {
  expect(problems(name)).toEqual([]);
});

test.each(ROWS.filter(({ good }) => !good).map(({ name }) => name))('a bad bundle is refused with MESH029: %s', name => {
  const codes = bundleProblems(bundle(name), 'cluster1', { at: NOW }).map(({ code }) => code);
  expect(codes).toContain('MESH029');
  expect(new Set(codes).size).toBe(1);
});

test('the matrix has at least 25 bundles, each with a name of its own', () => {
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  expect(ROWS.length).toBeGreaterThanOrEqual(25);
});

test.each([
  ['wrong AKI: its own', 'its authorityKeyIdentifier names another key'],
  ['reversed chain', 'cert-chain.pem: it does not begin with ca-cert.pem'],
  ['chain without final newline', 'no newline at the end'],
  ['two roots on one line', 'two blocks on one line'],
  ['text before the certificate', 'text outside the PEM blocks'],
  ['CRLF line ends', 'CRLF'],
  ['wrong key', 'a key that does not belong to ca-cert.pem: expected the key of O=Test, CN=Intermediate'],
  ['encrypted key', 'no private key that istiod reads'],
  ['wrong root', 'the chain does not lead to a trusted root'],
  ['the root as the CA', 'a root as the CA of a cluster'],
  ['root pathlen:0', 'certificate 2 allows fewer CAs below it than there are: got "pathlen:0", expected pathlen:1 or more'],
  ['negative serial', 'a serial number that is zero, negative or too long'],
  ['RSA 1024', 'a weak or unknown kind of key: got "rsa 1024"'],
  ['SHA-1', 'signed with a weak or unknown algorithm'],
  ['expired', 'expired: got "valid until'],
  ['not valid yet', 'not valid yet: got "valid from'],
  ['CA:false', 'got "CA:false"'],
  ['no SKI', 'no subjectKeyIdentifier: expected one'],
  ['CRL of the intermediate only', 'a CA of the chain has no CRL'],
  ['outdated CRL', 'an outdated CRL: got "valid until'],
])('the message about a bundle names the mistake: %s', (name, text) => {
  expect(problems(name).join('\n')).toContain(text);
});

test('the limit of a root that the chain leaves out is a problem of root-cert.pem', () => {
  const { certChain, ...files } = bundle('root pathlen:0');
  const [{ pem }] = readCertificates(certChain);
  expect(bundleProblems({ ...files, certChain: pem }, 'cluster1').map(problemText)).toEqual([
    expect.stringContaining('root-cert.pem: the root allows fewer CAs below it than there are: got "pathlen:0"'),
  ]);
});

test('a CRL that is no CRL is a problem, and no crash', () => {
  const text = '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n';
  const { crl: _, ...files } = bundle('a CRL of each CA');
  expect(bundleProblems({ ...files, crl: text }, 'cluster1').map(({ what }) => what)).toEqual(['a CRL that cannot be read']);
});

test('a root is checked on its own: it is one self-signed certificate', () => {
  const root = make();
  const whats = (text: string) => rootCertificateProblems(text, 'root.pem').map(({ where, what }) => `${where}: ${what}`);
  expect(whats(root.pem)).toEqual([]);
  expect(whats(root.pem + root.pem)).toEqual(['root.pem: several certificates']);
  expect(whats(make({ issuer: root }).pem)).toEqual(['root.pem: O=Test, CN=Intermediate: not a self-signed root']);
  expect(whats(crl(root))).toEqual(['root.pem: not a clean PEM file']);
});

test('no message shows a part of a key', () => {
  const text = ROWS.flatMap(({ name }) => problems(name)).join('\n');
  expect(text).not.toMatch(/-----|MII|[A-Za-z0-9+/]{50}/);
});

test('validity times are checked only against a time that the caller passes, because a synth reads no clock', () => {
  expect(bundleProblems(bundle('expired'), 'cluster1')).toEqual([]);
});

test('Istio\'s public sample certificates are refused, unless allowSampleCertificates is set', () => {
  const sample = bundle('intermediate and root');
  const fingerprints = SAMPLE_CERTIFICATES as Set<string>;
  const [{ fingerprint }] = readCertificates(sample.caCert);
  fingerprints.add(fingerprint);
  try {
    expect(bundleProblems(sample, 'cluster1').map(({ what }) => what)).toEqual([expect.stringContaining('a sample certificate of Istio')]);
    expect(bundleProblems(sample, 'cluster1', { allowSampleCertificates: true })).toEqual([]);
  } finally {
    fingerprints.delete(fingerprint);
  }
});
