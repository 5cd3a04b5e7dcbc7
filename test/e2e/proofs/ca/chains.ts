import { X509Certificate } from 'crypto';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { keyIdOf } from '../../../../src/pki/certificate';
import { trustDomainProblems } from '../../../../src/pki/name-constraints';
import { CONSTRAINTS, constraintExtension } from '../../../pki/constraints';
import { make } from '../../../pki/make';
import { pkiIn } from '../../cluster/pki';
import { attempt, run } from '../../process';
import { must, Proof } from '../../proof';

/** The lints of the web's certificate authorities (country names, policies, revocation URLs) do not apply to a private CA. */
const WEB_PKI = 'CABF_BR,CABF_EV,CABF_CS_BR,CABF_SMIME_BR,Apple,Mozilla,Chrome,Community,ETSI_ESI';

/** What the command makes, before the strictest judges: workload certificates verify in their own cluster and across clusters. */
export const chainsProof: Proof = {
  name: 'ca-chains',
  parts: [{ name: 'zlint', module: 'pki', package: 'github.com/zmap/zlint/v3/cmd/zlint' }],
  async show({ folder, program }) {
    const { ca, folder: pki } = await pkiIn(folder);
    await ca('init');
    await ca('issue', 'cluster1', '--trust-domain', 'cluster.local');
    await ca('issue', 'cluster2', '--key-size', '3072');
    const at = (...path: string[]) => join(pki, ...path);
    const strict = (leaf: string, chain: string, root: string) => attempt(
      'openssl',
      ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', root, '-untrusted', chain, leaf],
    );
    let verified = 0;
    for (const cluster of ['cluster1', 'cluster2']) {
      const leaf = await leafOf(folder, pki, cluster, 'spiffe://cluster.local/ns/foo/sa/sleep');
      for (const other of ['cluster1', 'cluster2']) {
        const { code, stderr } = await strict(leaf, at('clusters', cluster, 'cert-chain.pem'), at('clusters', other, 'root-cert.pem'));
        must(code === 0, `a certificate of ${cluster} by the roots of ${other}: ${stderr}`);
        verified++;
      }
    }
    const foreign = await strict(
      await leafOf(folder, pki, 'cluster1', 'spiffe://elsewhere/ns/foo/sa/sleep'),
      at('clusters', 'cluster1', 'cert-chain.pem'),
      at('root-cert.pem'),
    );
    must(foreign.code !== 0 && /permitted subtree/.test(foreign.stderr), 'a name constraint does not keep another trust domain out');

    const judged = await constraintsJudged(folder);
    await elsewhere(folder);

    const lints = async (file: string) => Object.entries<any>(JSON.parse(await run(program('zlint'), ['-excludeSources', WEB_PKI, file])));
    const bad = join(folder, 'bad.pem');
    writeFileSync(bad, make({ keyUsage: { keyCertSign: true, keyEncipherment: true }, ca: 'not critical' }).pem);
    must((await lints(bad)).some(([, { result }]) => result === 'error'), 'zlint finds nothing in a certificate that is wrong');
    const files = [at('root-cert.pem'), ...['cluster1', 'cluster2'].map(cluster => at('clusters', cluster, 'ca-cert.pem'))];
    let asked = 0;
    for (const file of files) {
      const results = await lints(file);
      const wrong = results.filter(([, { result }]) => ['error', 'fatal', 'warn'].includes(result));
      must(wrong.length === 0, `${file}: ${wrong.map(([name]) => name).join(', ')}`);
      asked += results.filter(([, { result }]) => result === 'pass').length;
    }
    return [
      `${verified} chains leaf -> intermediate -> root verified by openssl verify -x509_strict, across clusters too`,
      `another trust domain is kept out: OpenSSL and the check of a synth agree on ${judged} name constraints`,
      'a request is signed by an EC root elsewhere, its name constraint kept',
      `zlint: ${asked} lints passed on ${files.length} certificates, no error, no warning`,
    ].join('; ');
  },
};

/** Each name constraint of the table before OpenSSL: it accepts an identity exactly where the library accepts the trust domain. */
async function constraintsJudged(folder: string): Promise<number> {
  const root = make();
  const at = (name: string) => join(folder, `constraint-${name}`);
  writeFileSync(at('root.pem'), root.pem);
  for (const row of CONSTRAINTS) {
    const ca = make({ issuer: root, pathLength: 0, more: [constraintExtension(row)] });
    writeFileSync(at('ca.pem'), ca.pem);
    writeFileSync(at('ca.key'), ca.key);
    writeFileSync(at('ext'), `subjectAltName=critical,URI:spiffe://${row.trustDomain}/ns/foo/sa/sleep\n`);
    await run('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key'), '-out', at('csr'), '-subj', '/']);
    const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-days', '1', '-extfile', at('ext')];
    await run('openssl', ['x509', '-req', '-in', at('csr'), '-out', at('leaf.pem'), ...signing]);
    const { code, stderr } = await attempt('openssl', ['verify', '-CAfile', at('root.pem'), '-untrusted', at('ca.pem'), at('leaf.pem')]);
    must(code === 0 || /subtree/.test(stderr), `${row.name}: OpenSSL refuses the chain for another reason: ${stderr}`);
    const bundle = { caCert: ca.pem, certChain: ca.pem + root.pem, rootCert: root.pem };
    const problems = trustDomainProblems({ ...bundle, cluster: 'cluster1', folder: 'pki/clusters/cluster1' }, row.trustDomain);
    must((problems.length === 0) === (code === 0), `${row.name}: the library finds ${problems.length} problems, OpenSSL ${stderr}`);
  }
  return CONSTRAINTS.length;
}

/** An organisation's root on an elliptic curve signs a request of the command. */
async function elsewhere(folder: string): Promise<void> {
  const { ca, folder: pki } = await pkiIn(join(folder, 'elsewhere'));
  const at = (name: string) => join(folder, 'elsewhere', name);
  const subject = ['-subj', '/O=B\u00fccher AG/CN=Organisation root', '-utf8', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await run(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      at('root.key'),
      '-out',
      at('root.pem'),
      '-days',
      '99',
      ...subject,
    ],
  );
  await ca('init', '--root-cert', at('root.pem'));
  await ca('issue', 'cluster1', '--key-size', '2048', '--csr-out', at('request.pem'), '--trust-domain', 'cluster.local');
  await run('openssl', ['req', '-in', at('request.pem'), '-noout', '-verify']);
  const signing = ['-CA', at('root.pem'), '-CAkey', at('root.key'), '-days', '30', '-copy_extensions', 'copyall'];
  await run('openssl', ['x509', '-req', '-in', at('request.pem'), '-out', at('signed.pem'), ...signing]);
  await ca('issue', 'cluster1', '--trust-domain', 'cluster.local', '--import-cert', at('signed.pem'));
  const own = join(pki, 'clusters', 'cluster1');
  await run('openssl', ['verify', '-x509_strict', '-CAfile', join(own, 'root-cert.pem'), join(own, 'ca-cert.pem')]);
}

/** A workload certificate that the CA of a cluster signs: its path. */
export async function leafOf(folder: string, pki: string, cluster: string, identity: string): Promise<string> {
  const at = (name: string) => join(folder, `${cluster}-${name}`);
  const ca = join(pki, 'clusters', cluster, 'ca-cert.pem');
  writeFileSync(
    at('ext'),
    [
      `subjectAltName=critical,URI:${identity}`, 'extendedKeyUsage=serverAuth,clientAuth', 'keyUsage=critical,digitalSignature',
      'authorityKeyIdentifier=keyid', 'basicConstraints=critical,CA:FALSE', '',
    ].join('\n'),
  );
  await run('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', '/']);
  const key = `${cluster}-${keyIdOf(new X509Certificate(readFileSync(ca)).publicKey)}.pem`;
  const signing = ['-CA', ca, '-CAkey', join(pki, 'private', key), '-passin', `file:${join(folder, 'passphrase')}`];
  await run('openssl', ['x509', '-req', '-in', at('csr.pem'), '-out', at('cert.pem'), '-days', '1', '-extfile', at('ext'), ...signing]);
  must(readFileSync(at('cert.pem'), 'utf8').includes('BEGIN CERTIFICATE'), 'openssl made no certificate');
  return at('cert.pem');
}
