import { bundles } from './bundles';
import { problemText } from '../../src/errors/problem';
import { bundleProblems } from '../../src/pki/ca-bundle';
import { readCertificates } from '../../src/pki/certificate';
import { SAMPLE_CERTIFICATES } from '../../src/pki/sample-certificates';

const NOW = new Date();
const ROWS = bundles();
const problems = (name: string) => bundleProblems(ROWS.find(row => row.name === name)!.bundle, 'cluster1', { at: NOW }).map(problemText);

test.each(ROWS.map(row => [row.name, row] as const))('a bundle is told good from bad: %s', (_, { good, bundle }) => {
  const found = bundleProblems(bundle, 'cluster1', { at: NOW });
  expect(found.map(({ code }) => code)).toEqual(good ? [] : found.map(() => 'MESH029'));
  expect(found.length > 0).toBe(!good);
});

test('the matrix has at least 25 rows, each of its own name', () => {
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
  ['wrong key', 'a key that does not belong to ca-cert.pem'],
  ['encrypted key', 'no private key that istiod reads'],
  ['wrong root', 'the chain does not lead to a root that is trusted'],
  ['the root as the CA', 'a root as the CA of a cluster'],
  ['root pathlen:0', 'allows fewer CAs below it than there are'],
  ['negative serial', 'a serial number that is zero, negative or too long'],
  ['RSA 1024', 'a weak or unknown kind of key: got "rsa 1024"'],
  ['SHA-1', 'signed with a weak or unknown algorithm'],
  ['expired', 'expired'],
  ['not valid yet', 'not valid yet'],
  ['CA:false', 'got "CA:false"'],
  ['CRL of the intermediate alone', 'a CA of the chain has no CRL'],
])('%s: the message says what is wrong', (name, text) => {
  expect(problems(name).join('\n')).toContain(text);
});

test('no message shows a part of a key', () => {
  const shown = ROWS.flatMap(({ bundle }) => bundleProblems(bundle, 'cluster1', { at: NOW })).map(problemText).join('\n');
  expect(shown).not.toMatch(/-----|MII|[A-Za-z0-9+/]{50}/);
});

test('times are looked at only when a time is given: a synth reads no clock', () => {
  const { bundle } = ROWS.find(({ name }) => name === 'expired')!;
  expect(bundleProblems(bundle, 'cluster1')).toEqual([]);
});

test('Istio\'s public sample certificates are refused by their fingerprints, unless they are allowed by name', () => {
  const { bundle } = ROWS[0];
  const known = SAMPLE_CERTIFICATES as Set<string>;
  const [{ fingerprint }] = readCertificates(bundle.caCert);
  known.add(fingerprint);
  try {
    expect(bundleProblems(bundle, 'cluster1').map(({ what }) => what)).toEqual([expect.stringContaining('a sample certificate of Istio')]);
    expect(bundleProblems(bundle, 'cluster1', { allowSampleCertificates: true })).toEqual([]);
  } finally {
    known.delete(fingerprint);
  }
});
