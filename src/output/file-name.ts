import { createHash } from 'crypto';

/** A manifest, as far as its file name goes. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const MAX_LENGTH = 200;

/**
 * The file of an object: `ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml`, `Namespace_foo.yaml`.
 *
 * Kind, group, namespace and name together name an object, so they name its file: one name in two namespaces, or one
 * kind in two API groups, are two files. "_" joins them since no name of Kubernetes holds one; what else a name may
 * hold (roles take ":") is written as "%" and its code.
 */
export function fileName({ apiVersion, kind, metadata }: NamedObject): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  const parts = [kind + group, ...metadata.namespace ? [metadata.namespace] : [], metadata.name].map(safe);
  const name = parts.join('_');
  if (name.length <= MAX_LENGTH) {
    return `${name}.yaml`;
  }
  return `${name.slice(0, MAX_LENGTH - 17)}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}.yaml`;
}

function safe(part: string): string {
  if (/^[A-Za-z0-9.-]*$/.test(part)) {
    return part;
  }
  return part.replace(
    /[^A-Za-z0-9.-]/gu,
    char => encodeURIComponent(char) === char ? `%${char.charCodeAt(0).toString(16).toUpperCase()}` : encodeURIComponent(char),
  );
}
