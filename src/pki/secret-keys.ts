import { certificatesOf } from './certificate';
import { isMap } from './ciphertext-files';
import type { ClusterCa } from './cluster-ca';
import { CACERTS, PKI, publicFiles } from './pki-folder';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Name of the private key in the secret. */
const CA_KEY = 'ca-key.pem';

/** Octets that AES-256-GCM adds to a text. */
const TAG = 16;

/** Octets before the wrapped session key of sealed-secrets, which hold its length. */
const LENGTH = 2;

/** Fields of a Secret that sops encrypted. Another field, such as stringData, could replace what is encrypted. */
const SECRET_FIELDS = ['apiVersion', 'data', 'kind', 'metadata', 'sops', 'type'];

/** Encrypted value of sops. */
const SOPS_VALUE = /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]*={0,2}),iv:[A-Za-z0-9+/]{43}=,tag:[A-Za-z0-9+/]{22}==,type:str\]$/;

/**
 * Returns the problems of a sealed secret that are visible without the key of the controller: its set of files, and the length
 * of each ciphertext, which gives away the length of the text.
 */
export function sealedKeyProblems(ca: ClusterCa): Problem[] {
  if (!ca.sealed) {
    return [];
  }
  const { encryptedData } = ca.sealed;
  const keySet = keySetProblems(ca, PKI.sealed, encryptedData);
  return keySet.length > 0 ? keySet : Object.entries(encryptedData)
    .flatMap(([name, value]) => lengthProblems(ca, PKI.sealed, name, sealedLength(value, wrappedKeyLength(ca)), Buffer.byteLength));
}

/** Returns the problems of a sops secret that are visible without an age identity. */
export function sopsKeyProblems(ca: ClusterCa): Problem[] {
  if (!ca.sops) {
    return [];
  }
  const { document, namespace } = ca.sops;
  const { metadata, data, kind } = document;
  const unknown = Object.keys(document).filter(field => !SECRET_FIELDS.includes(field));
  if (unknown.length > 0 || kind !== 'Secret' || document.apiVersion !== 'v1' || !isMap(document.sops)) {
    const got = `kind ${String(kind)} with the fields ${Object.keys(document).join(', ')}`;
    return [notTheSecret(ca, got, `kind Secret with the fields ${SECRET_FIELDS.join(', ')}`)];
  }
  if (!isMap(metadata) || metadata.name !== CACERTS || metadata.namespace !== namespace) {
    const got = isMap(metadata) ? `${String(metadata.namespace)}/${String(metadata.name)}` : metadata;
    return [notTheSecret(ca, got, `${namespace}/${CACERTS}`)];
  }
  const keySet = keySetProblems(ca, PKI.sops, data);
  return keySet.length > 0 ? keySet : Object.entries(data as { [file: string]: unknown })
    .flatMap(([name, value]) => lengthProblems(ca, PKI.sops, name, sopsLength(value), base64Length));
}

function keySetProblems(ca: ClusterCa, file: string, data: unknown): Problem[] {
  const expected = [...Object.keys(publicFiles(ca)), CA_KEY].sort().join(', ');
  const got = isMap(data) ? Object.keys(data).sort().join(', ') : '';
  return got === expected ? [] : [{
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${ca.folder}, ${file}`,
    what: 'the encrypted secret does not have exactly the files that istiod needs',
    got: got || 'no files',
    expected,
    fix: reseal(ca),
  }];
}

/**
 * Returns the problem of ciphertext whose length is not that of the file that it stands for.
 * @param length length of the text that is encrypted; undefined for what is no ciphertext
 * @param encodedLength returns the length of a file as the delivery encrypts it
 */
function lengthProblems(
  ca: ClusterCa, file: string, name: string, length: number | undefined, encodedLength: (text: string) => number,
): Problem[] {
  const text = publicFiles(ca)[name];
  const expected = text === undefined ? undefined : encodedLength(text);
  if (length !== undefined && length > 0 && (expected === undefined || expected === length)) {
    return [];
  }
  return [{
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${ca.folder}, ${file}`,
    what: `the ciphertext under ${name} is not that of ${name}`,
    got: length === undefined ? 'no ciphertext for the recipient' : `ciphertext of ${length} octets`,
    expected: expected === undefined ? 'ciphertext of the private key' : `ciphertext of ${expected} octets`,
    fix: reseal(ca),
  }];
}

/** Returns the length of a sealed text; undefined for what the controller of the cluster could not open. */
function sealedLength(value: string, wrappedKey: number | undefined): number | undefined {
  const octets = Buffer.from(value, 'base64');
  if (octets.length < LENGTH || octets.toString('base64') !== value) {
    return undefined;
  }
  const length = octets.readUInt16BE();
  return wrappedKey !== undefined && length !== wrappedKey ? undefined : octets.length - LENGTH - length - TAG;
}

/** Returns the length of a session key that is wrapped for the controller: that of the modulus of its key. */
function wrappedKeyLength({ sealingCert, folder }: ClusterCa): number | undefined {
  if (sealingCert === undefined) {
    return undefined;
  }
  const [{ publicKey }] = certificatesOf(sealingCert, `${folder}, ${PKI.sealingCert}`);
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  return bits === undefined ? undefined : Math.ceil(bits / 8);
}

function sopsLength(value: unknown): number | undefined {
  const match = typeof value === 'string' ? SOPS_VALUE.exec(value) : undefined;
  return match ? Buffer.from(match[1], 'base64').length : undefined;
}

/** Returns the length of a text in base64, which is what the data of a Secret holds. */
function base64Length(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) * 4;
}

function notTheSecret(ca: ClusterCa, got: unknown, expected: string): Problem {
  return {
    code: MeshErrorCode.CLUSTER_FILES,
    where: `${ca.folder}, ${PKI.sops}`,
    what: `the document is not the secret ${CACERTS} of istiod`,
    got,
    expected,
    fix: reseal(ca),
  };
}

function reseal({ cluster }: ClusterCa): string {
  return `restore the file from Git, or find out who changed it and run istio-mesh ca reseal ${cluster} where the keys are kept`;
}
