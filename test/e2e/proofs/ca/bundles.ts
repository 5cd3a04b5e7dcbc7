import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import Table from 'cli-table3';
import { bundleProblems } from '../../../../src/pki/ca-bundle';
import { bundles, Row } from '../../../pki/bundles';
import { attempt, run } from '../../process';
import { must, Proof, ProofRun } from '../../proof';

/** Every bundle of the matrix through this library, OpenSSL and Istio's own loader: the library takes nothing that one of them refuses. */
export const bundlesProof: Proof = {
  name: 'ca-bundles',
  parts: [{ name: 'ca-bundle', module: 'istio-1.31', package: './ca-bundle' }],
  async show(proof) {
    const rows = bundles();
    const folders = rows.map((row, i) => written(proof, row, i));
    const lines = (await run(proof.program('ca-bundle'), folders)).trim().split('\n').map(line => JSON.parse(line) as string | null);
    must(lines.length === rows.length, `Istio's loader answered ${lines.length} of ${rows.length} times`);
    const table = new Table({ head: ['bundle', 'library', 'OpenSSL', 'istiod'], style: { head: [], border: [] } });
    const taken = (yes: boolean) => yes ? 'takes' : 'refuses';
    const laxer: string[] = [];
    const warnings = { all: 0, strict: 0 };
    const counts = { library: 0, openssl: 0, istiod: 0 };
    for (const [i, row] of rows.entries()) {
      const library = bundleProblems(row.bundle, row.name, { at: new Date() }).length === 0;
      const [openssl, istiod] = [await opensslTakes(folders[i], !row.warns), lines[i] === null];
      warnings.strict += row.warns && !await opensslTakes(folders[i], true) ? 1 : 0;
      warnings.all += row.warns ? 1 : 0;
      must(library === row.good, `${row.name}: the library ${taken(library)} it`);
      if (library && !(openssl && istiod)) {
        laxer.push(`${row.name} (OpenSSL ${taken(openssl)}, istiod ${taken(istiod)}: ${lines[i]})`);
      }
      counts.library += library ? 0 : 1;
      counts.openssl += openssl ? 0 : 1;
      counts.istiod += istiod ? 0 : 1;
      table.push([row.name, ...[library, openssl, istiod].map(taken)]);
    }
    proof.say(`\n${table.toString()}`);
    must(laxer.length === 0, `the library takes what others refuse: ${laxer.join('; ')}`);
    must(counts.openssl > 5 && counts.istiod > 5, 'the others refuse next to nothing: they were not asked right');
    must(warnings.strict > 2, `OpenSSL's strict rules refuse ${warnings.strict} of ${warnings.all} bundles that the library warns of`);
    const refused = `refused: library ${counts.library}, OpenSSL -x509_strict ${counts.openssl}, istiod ${counts.istiod}`;
    return `${rows.length} bundles; ${refused}; none that the library takes is refused by another, `
      + `${warnings.all} of them with a warning about their root (OpenSSL's strict rules would refuse ${warnings.strict})`;
  },
};

function written({ folder }: ProofRun, { bundle }: Row, i: number): string {
  const path = join(folder, String(i));
  mkdirSync(path);
  const files = {
    'ca-cert.pem': bundle.caCert,
    'ca-key.pem': bundle.caKey,
    'cert-chain.pem': bundle.certChain,
    'root-cert.pem': bundle.rootCert,
    'ca-crl.pem': bundle.crl,
  };
  Object.entries(files).forEach(([name, text]) => text !== undefined && writeFileSync(join(path, name), text));
  return path;
}

/**
 * Whether OpenSSL builds the chain, and the key is that of the certificate. A root that the library warns of is judged without the
 * strict rules: proxies and istiod do not apply them.
 */
async function opensslTakes(folder: string, isStrict: boolean): Promise<boolean> {
  const at = (name: string) => join(folder, name);
  const verified = await attempt(
    'openssl',
    ['verify', ...isStrict ? ['-x509_strict'] : [], '-CAfile', at('root-cert.pem'), '-untrusted', at('cert-chain.pem'), at('ca-cert.pem')],
  );
  const [ofCertificate, ofKey] = await Promise.all([
    attempt('openssl', ['x509', '-in', at('ca-cert.pem'), '-noout', '-pubkey']), attempt(
      'openssl',
      ['pkey', '-in', at('ca-key.pem'), '-passin', 'pass:', '-pubout'],
    ),
  ]);
  return verified.code === 0 && ofCertificate.code === 0 && ofCertificate.stdout === ofKey.stdout;
}
