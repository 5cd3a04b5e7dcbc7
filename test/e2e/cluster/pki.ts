import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { run } from '../process';
import { STATE } from './machine';

/** A pki/ folder, made by the command, and what the sealed-secrets controllers have. */
export interface Pki {
  readonly folder: string;
  /** The private key of the controllers: one for all, which differs from real clusters. */
  readonly sealingKey: string;
  /** Runs `istio-mesh ca`. */
  readonly ca: (...args: string[]) => Promise<string>;
}

/** Makes a working directory for the command; nothing is in its pki/ folder yet. */
export async function pkiIn(folder: string): Promise<Pki & { readonly sealingCert: string }> {
  mkdirSync(folder, { recursive: true });
  const [sealingKey, sealingCert, passphrase] = ['sealing.key', 'sealing.pem', 'passphrase'].map(file => join(folder, file));
  await run(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      sealingKey,
      '-out',
      sealingCert,
      '-days',
      '30',
      '-subj',
      '/CN=sealed-secrets',
    ],
  );
  writeFileSync(passphrase, 'only for these proofs\n');
  const pki = join(folder, 'pki');
  const tsx = ['--import', require.resolve('tsx')];
  return {
    sealingKey,
    sealingCert,
    folder: pki,
    ca: (...args) => run(
      process.execPath,
      [...tsx, join(__dirname, '..', 'istio-mesh.ts'), 'ca', ...args, '--dir', pki],
      { env: { ...process.env, ISTIO_MESH_PASSPHRASE_FILE: passphrase } },
    ),
  };
}

/** A root and a sealed CA for each cluster, confined to the trust domain of the cluster. */
export async function makePki(clusters: { readonly [name: string]: string }): Promise<Pki> {
  const pki = await pkiIn(join(STATE, 'work'));
  await pki.ca('init', '--key-size', '2048');
  for (const [cluster, trustDomain] of Object.entries(clusters)) {
    await pki.ca(
      'issue',
      cluster,
      '--key-size',
      '2048',
      '--trust-domain',
      trustDomain,
      '--sealing-cert',
      pki.sealingCert,
    );
  }
  return pki;
}
