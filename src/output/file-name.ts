import { createHash } from 'crypto';

/** The parts of a manifest that identify the object. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const MAX_LENGTH = 200;

/**
 * Returns the name of the file of an object, such as `ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml` or
 * `Namespace_foo.yaml`.
 *
 * Kind, group, namespace and name identify an object, so the file name contains all four. "_" separates them, since no name in
 * Kubernetes contains it. Other characters that a file name cannot hold, such as the ":" in the name of a role, are encoded
 * with "%".
 */
export function fileName({ apiVersion, kind, metadata }: NamedObject): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  const parts = [kind + group, ...metadata.namespace ? [metadata.namespace] : [], metadata.name].map(encoded);
  const name = parts.join('_');
  if (name.length <= MAX_LENGTH) {
    return `${name}.yaml`;
  }
  return `${name.slice(0, MAX_LENGTH - 17)}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}.yaml`;
}

function encoded(part: string): string {
  // Most names need no encoding, and this test is much faster than the replacement.
  if (/^[A-Za-z0-9.-]*$/.test(part)) {
    return part;
  }
  return part.replace(
    /[^A-Za-z0-9.-]/gu,
    char => encodeURIComponent(char) === char ? `%${char.charCodeAt(0).toString(16).toUpperCase()}` : encodeURIComponent(char),
  );
}
