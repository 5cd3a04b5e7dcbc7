import { createPrivateKey } from 'crypto';
import { readdirSync, readFileSync } from 'fs';
import { join, relative, sep } from 'path';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { isThere } from '../../files/read';
import { holdsPrivateKeyOctets } from '../../pki/key-scan';
import { PKI } from '../../pki/pki-folder';

/** First octet of DER: the tag of a SEQUENCE. */
const SEQUENCE = 0x30;

/**
 * Returns a problem for each file of a pki/ folder with a private key that is not encrypted, or that is outside the private
 * folder. Git ignores the private folder alone: a copy of it such as `private-old` would be committed.
 */
export function exposedKeys(pki: string): Problem[] {
  const entries = isThere(pki) ? readdirSync(pki, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()) : [];
  return entries.map(entry => join(entry.parentPath, entry.name)).filter(file => isExposedKey(pki, file)).map(file => ({
    code: MeshErrorCode.PRIVATE_KEY,
    where: file,
    what: 'the file has a private key that is not encrypted, or that is outside the private folder',
    expected: `encrypted keys, only in ${join(pki, PKI.private)}`,
    fix: 'remove the file, and renew the CA of the key if the key was ever in Git',
  }));
}

/** Whether a file has an unencrypted private key, or any private key outside the private folder. */
function isExposedKey(pki: string, file: string): boolean {
  const octets = readFileSync(file);
  const isPrivate = relative(pki, file).split(sep)[0] === PKI.private;
  const text = octets.toString('latin1');
  return isPrivate ?
    /-----BEGIN (?!ENCRYPTED )[A-Z ]*PRIVATE KEY-----/.test(text) || isPlainDerKey(octets) :
    /PRIVATE KEY-----/.test(text) || holdsPrivateKeyOctets(octets);
}

function isPlainDerKey(octets: Buffer): boolean {
  return octets[0] === SEQUENCE && (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
    try {
      createPrivateKey({ key: octets, format: 'der', type });
      return true;
    } catch {
      return false;
    }
  });
}
