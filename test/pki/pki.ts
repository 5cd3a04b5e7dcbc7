import { cpSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { make } from './make';
import { main } from '../../src/cli/main';
import { temporaryFolder } from '../temporary-folder';

/** Working directory with a passphrase and a sealing certificate. */
export interface Workplace {
  /** Path of the working directory. */
  readonly folder: string;
  /** Path of the pki/ folder. */
  readonly pki: string;
  /** Path of the certificate of a sealed-secrets controller. */
  readonly sealingCert: string;
  /** Runs `istio-mesh ca` for this pki/ folder, and returns its exit code and its output. */
  readonly ca: (...args: string[]) => Promise<{ readonly code: number; readonly out: string }>;
  /** Returns the text of a file in pki/. */
  readonly read: (path: string) => string;
}

/** Commands of `istio-mesh ca` that make keys. */
const KEY_COMMANDS = ['init', 'issue', 'renew', 'rotate-root'];

/** Returns the arguments with a small key size where none is set: small keys are made faster. */
function withSmallKeys(args: string[]): string[] {
  return KEY_COMMANDS.includes(args[0]) && !args.includes('--key-size') ? [...args, '--key-size', '2048'] : args;
}

/** Makes a working directory. */
export function workplace(passphrase = 'only for this test'): Workplace {
  const folder = temporaryFolder('pki');
  const pki = join(folder, 'pki');
  const sealingCert = join(folder, 'sealing.pem');
  writeFileSync(sealingCert, make({ name: 'sealed-secrets' }).pem);
  writeFileSync(join(folder, 'passphrase'), `${passphrase}\n`);
  return {
    folder,
    pki,
    sealingCert,
    read: path => readFileSync(join(pki, path), 'utf8'),
    ca: async (...args) => {
      const lines: string[] = [];
      const keep = (text: unknown) => {
        lines.push(String(text));
        return true;
      };
      const spies = [
        jest.spyOn(console, 'log').mockImplementation(keep),
        jest.spyOn(console, 'error').mockImplementation(keep),
        ...[process.stderr, process.stdout].map(stream => jest.spyOn(stream, 'write').mockImplementation(keep)),
      ];
      const before = process.env.ISTIO_MESH_PASSPHRASE_FILE;
      process.env.ISTIO_MESH_PASSPHRASE_FILE = join(folder, 'passphrase');
      try {
        return { code: await main(['ca', ...withSmallKeys([...args, '--dir', pki])]), out: lines.join('\n') };
      } finally {
        if (before === undefined) {
          delete process.env.ISTIO_MESH_PASSPHRASE_FILE;
        } else {
          process.env.ISTIO_MESH_PASSPHRASE_FILE = before;
        }
        spies.forEach(spy => spy.mockRestore());
      }
    },
  };
}

const made = new Map<string, Promise<Workplace>>();

/** Returns a working directory with a root and sealed CAs of these clusters. They are made once, and copied for each call. */
export async function workplaceWith(...clusters: string[]): Promise<Workplace> {
  const key = clusters.join();
  const first = made.get(key) ?? makeWith(clusters);
  made.set(key, first);
  const copy = workplace();
  const { pki, sealingCert } = await first;
  cpSync(pki, copy.pki, { recursive: true });
  cpSync(sealingCert, copy.sealingCert);
  return copy;
}

/** Writes the sealing certificate of a cluster whose controller has a key of its own, and returns its path. */
export function sealingCertOf({ folder }: Workplace, cluster: string): string {
  const file = join(folder, `sealing-${cluster}.pem`);
  writeFileSync(file, make({ name: `sealed-secrets of ${cluster}` }).pem);
  return file;
}

async function makeWith(clusters: string[]): Promise<Workplace> {
  const place = workplace();
  await place.ca('init');
  for (const [i, cluster] of clusters.entries()) {
    await place.ca('issue', cluster, '--sealing-cert', i === 0 ? place.sealingCert : sealingCertOf(place, cluster));
  }
  return place;
}
