import type { SealedFile, SopsFile } from './cluster-ca';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** Scopes of a SealedSecret: one name in one namespace, any name in one namespace, or any name in any namespace. */
export const SCOPES = ['strict', 'namespace-wide', 'cluster-wide'];

/** Value of a field, and what it must be. */
type FieldTest = readonly [field: string, holds: (value: unknown) => boolean, expected: string];

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const isText = (value: unknown) => typeof value === 'string';

/** Fields that both files have. Files of earlier versions have no cluster and no digest. */
const COMMON_FIELDS: FieldTest[] = [
  ['namespace', value => typeof value === 'string' && NAMESPACE.test(value), 'the name of a namespace'],
  ['inputs', isText, 'text'],
  ['cluster', value => value === undefined || isText(value), 'the name of a cluster'],
  ['digest', value => value === undefined || isText(value), 'text'],
];

const SEALED_FIELDS: FieldTest[] = [
  ...COMMON_FIELDS,
  ['scope', value => SCOPES.includes(value as string), SCOPES.join(', ')],
  ['encryptedData', value => isMap(value) && Object.values(value).every(isText), 'a map with ciphertext as text'],
];

const SOPS_FIELDS: FieldTest[] = [
  ...COMMON_FIELDS,
  ['document', isMap, 'a Secret'],
];

/**
 * Parses the text of cacerts.sealed.json.
 * @throws MESH030 for text that is not what `istio-mesh ca` writes
 */
export function parsedSealedFile(text: string, path: string, cluster: string): SealedFile {
  return parsed(text, path, cluster, SEALED_FIELDS) as unknown as SealedFile;
}

/**
 * Parses the text of cacerts.sops.json.
 * @throws MESH030 for text that is not what `istio-mesh ca` writes
 */
export function parsedSopsFile(text: string, path: string, cluster: string): SopsFile {
  return parsed(text, path, cluster, SOPS_FIELDS) as unknown as SopsFile;
}

/** Whether a value is a map, and neither a list nor null. */
export function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string, path: string, cluster: string, fields: FieldTest[]): { readonly [key: string]: unknown } {
  const value = parsedJson(text, path, cluster);
  if (!isMap(value)) {
    throw badFile(path, cluster, 'a file that is not an encrypted secret', { expected: 'the fields that istio-mesh ca writes' });
  }
  const wrong = fields.find(([field, holds]) => !holds(value[field]));
  if (wrong) {
    const [field, , expected] = wrong;
    throw badFile(path, cluster, `a file that is not an encrypted secret, because of its field ${field}`, { expected });
  }
  return value;
}

function parsedJson(text: string, path: string, cluster: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badFile(path, cluster, 'a file that is not valid JSON');
  }
}

function badFile(path: string, cluster: string, what: string, values: { readonly expected?: string } = {}): MeshError {
  return new MeshError({
    code: MeshErrorCode.PKI,
    where: path,
    what,
    ...values,
    fix: `find out who changed it; restore it from Git, or remove it and run istio-mesh ca reseal ${cluster}`,
  });
}
