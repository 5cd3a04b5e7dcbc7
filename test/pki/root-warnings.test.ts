import { X509Certificate } from 'crypto';
import { rootCertificates } from 'tls';
import { bundles } from './bundles';
import { make } from './make';
import { bundleProblems, rootCertificateProblems } from '../../src/pki/ca-bundle';
import { readCertificates } from '../../src/pki/certificate';
import { rootWarnings } from '../../src/pki/root-warnings';

const NOW = new Date();

/** Reasons why a public root is unfit for a mesh, by the text of OpenSSL's certificate alone. */
function unfitness(root: string): RegExp[] {
  const x509 = new X509Certificate(root);
  const [certificate] = readCertificates(root);
  return [
    ...new Date(x509.validTo) < NOW ? [/: expired$/] : [],
    ...new Date(x509.validFrom) > NOW ? [/: not valid yet$/] : [],
    ...certificate.version < 3 ? [/: not an X.509 v3 certificate$/, /: not marked as a CA$/, /: not allowed to sign certificates$/] : [],
    ...certificate.basicConstraints?.pathLength === 0 ? [/: the root allows no CAs below it$/] : [],
    ...(x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 4096) < 2048 ? [/: a weak or unknown kind of key$/] : [],
  ];
}

test('every public root of Node is accepted, except for those that are unfit by their dates, version, limit or key', () => {
  const roots = rootCertificates.map(pem => `${pem.replace(/\r\n/g, '\n').trim()}\n`);
  const wrong = roots.flatMap(root => {
    const reasons = unfitness(root);
    const problems = rootCertificateProblems(root, 'root.pem', { at: NOW }).map(({ what }) => what);
    const refusedWrongly = problems.filter(what => !reasons.some(reason => reason.test(what)));
    const acceptedWrongly = reasons.length > 0 && problems.length === 0 ? [`accepted: ${reasons.join()}`] : [];
    return [...refusedWrongly, ...acceptedWrongly];
  });
  expect(wrong).toEqual([]);
  expect(roots.length).toBeGreaterThan(100);
  // The list has roots of each tolerated kind that occurs in public: the test is not about flawless roots only.
  const warned = roots.flatMap(rootWarnings).map(({ what }) => what.replace(/^.*: /, ''));
  const kinds = ['signed with a weak or unknown algorithm', 'a serial number that is zero, negative or too long'];
  expect(warned).toEqual(expect.arrayContaining(kinds));
});

const ROWS = bundles();
const bundle = (name: string) => ROWS.find(row => row.name === name)!.bundle;

test.each([
  { name: 'root without keyUsage', warning: 'not allowed to sign certificates' },
  { name: 'root basicConstraints not critical', warning: 'not marked as a CA' },
  { name: 'root serial zero', warning: 'a serial number that is zero' },
  { name: 'root SHA-1', warning: 'signed with a weak or unknown algorithm' },
  { name: 'root without SKI', warning: 'no subjectKeyIdentifier' },
])('one warning of MESH053, and no problem: $name', ({ name, warning }) => {
  expect(bundleProblems(bundle(name), 'cluster1', { at: NOW })).toEqual([]);
  const fix = expect.stringContaining('nothing has to change');
  expect(rootWarnings(bundle(name).rootCert)).toEqual([
    expect.objectContaining({ code: 'MESH053', what: expect.stringContaining(warning), fix }),
  ]);
});

test('each property has a warning of its own, and a root of the command has none', () => {
  expect(rootWarnings(bundle('root with all of these').rootCert)).toHaveLength(5);
  expect(rootWarnings(make().pem)).toEqual([]);
  expect(rootWarnings('no certificate')).toEqual([]);
});

test.each([
  ['serial zero', 'a serial number'],
  ['basicConstraints not critical', 'not marked as a CA'],
  ['SHA-1', 'signed with a weak'],
  ['no keyUsage', 'not allowed to sign'],
  ['no SKI', 'no subjectKeyIdentifier'],
])('an intermediate with the same property is refused: %s', (name, text) => {
  expect(bundleProblems(bundle(name), 'cluster1', { at: NOW })).toEqual([
    expect.objectContaining({ code: 'MESH029', what: expect.stringContaining(text) }),
  ]);
});

test('a root that allows no CAs below it is refused before a cluster is issued from it', () => {
  expect(rootCertificateProblems(make({ pathLength: 0 }).pem, 'root.pem')).toEqual([
    expect.objectContaining({ code: 'MESH029', got: 'pathlen:0' }),
  ]);
  expect(rootCertificateProblems(make({ pathLength: 1 }).pem, 'root.pem')).toEqual([]);
});
