import { createHash } from 'crypto';
import { MeshError } from './errors/mesh-error';
import { MeshErrorCode } from './errors/mesh-error-code';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MAX_LABEL_LENGTH = 63;
const MAX_NAME_LENGTH = 253;

/** Whether a value is an RFC 1123 label, which Kubernetes requires as the name of a namespace or Service. */
export function isDnsLabel(value: unknown): value is string {
  return typeof value === 'string' && LABEL.test(value);
}

/** Whether a value is an RFC 1123 subdomain: labels joined by dots, at most 253 characters, and not digits and dots alone. */
export function isDnsName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH && value.split('.').every(isDnsLabel) && !/^[0-9.]+$/.test(value);
}

/** Whether a value is the DNS name of a domain or host: istiod refuses one whose last label is a number. */
export function isDomainName(value: unknown): value is string {
  return isDnsName(value) && !/(^|\.)[0-9]+$/.test(value);
}

/**
 * Returns the name of a namespace, Service or cluster.
 * @param what what the name is for, such as "namespace"
 * @throws MESH001 for a text that is no RFC 1123 label
 */
export function dnsLabel(text: string, what: string, where: string): string {
  if (isDnsLabel(text)) {
    return text;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: `invalid ${what}`,
    got: text,
    expected: 'lower-case letters, digits and "-", starting and ending with a letter or digit, 63 characters at most (RFC 1123 label)',
    fix: `use the ${what} as kubectl shows it`,
  });
}

/**
 * Returns a DNS name, such as the name of a service account or a trust domain.
 * @param what what the name is for, such as "service account"
 * @throws MESH001 for a text that is no RFC 1123 subdomain
 */
export function dnsName(text: string, what: string, where: string): string {
  if (isDnsName(text)) {
    return text;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: `invalid ${what}`,
    got: text,
    expected: 'a DNS name: lower-case labels joined by ".", 253 characters at most, without scheme, port or path (RFC 1123 subdomain)',
    fix: `write the ${what} alone, such as ${what === 'service account' ? '"httpbin"' : '"mesh.example.com"'}`,
  });
}

/**
 * Returns the DNS name of a domain or host, such as a cluster domain or a DNS suffix.
 * @param what what the name is for, such as "cluster domain"
 * @throws MESH001 for a text that is no RFC 1123 subdomain, and for a name whose last label is a number
 */
export function domainName(text: string, what: string, where: string): string {
  const name = dnsName(text, what, where);
  if (isDomainName(name)) {
    return name;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: `a ${what} that ends in a number, which istiod refuses`,
    got: text,
    expected: 'a DNS name whose last label has a letter',
    fix: 'add a label, such as ".internal", or choose another domain',
  });
}

/**
 * Returns labels of Kubernetes objects.
 * @param what the property that holds the labels, such as "selector"
 * @throws MESH001 for an invalid key or value, MESH004 for no labels
 */
export function labels(values: { [key: string]: string }, what: string, where: string): { [key: string]: string } {
  const fix = 'use the labels of the pods, such as { app: "httpbin" }';
  const entries = Object.entries(values);
  if (entries.length === 0) {
    throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: `no labels in ${what}`, fix });
  }
  const invalid = entries.find(([key, value]) => !isLabelKey(key) || !isLabelValue(value));
  if (invalid) {
    throw new MeshError({
      code: MeshErrorCode.INVALID_NAME,
      where,
      what: `invalid label in ${what}`,
      got: invalid.join('='),
      expected: 'keys and values of up to 63 letters, digits, "-", "_" and "."',
      fix,
    });
  }
  return values;
}

/** Whether a text is the key of a label or annotation. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  return slash < 0 ? LABEL_VALUE.test(key) : isDnsName(key.slice(0, slash)) && LABEL_VALUE.test(key.slice(slash + 1));
}

/** Whether a text is the value of a label. */
export function isLabelValue(value: string): boolean {
  return value === '' || LABEL_VALUE.test(value);
}

/**
 * Name of an object that belongs to a service: `httpbin-bar` for the service httpbin in namespace bar, as in the guide.
 *
 * Two services never have the same name. If the namespace contains a hyphen, two hyphens join the parts. A name that two services
 * could still share ends in a hash, as does a name longer than the 63 characters of a DNS label, which is Istio's limit for a Gateway.
 */
export function objectName(service: string, namespace: string, prefix = ''): string {
  const joined = prefix + service + (namespace.includes('-') ? '--' : '-') + namespace;
  const isAmbiguous = service.includes('--') || namespace.includes('--');
  const owner = `${service}/${namespace}`;
  return isAmbiguous ? withHash(joined, owner) : asLabel(joined, owner);
}

/**
 * Returns a name of at most 63 characters: the name itself, or a shortened name with a hash.
 * @param hashed text that the hash is made of
 */
export function asLabel(name: string, hashed = name): string {
  return name.length <= MAX_LABEL_LENGTH ? name : withHash(name, hashed);
}

/** A name of at most 63 characters that ends in a hash. */
export function withHash(name: string, hashed: string): string {
  const hash = createHash('sha256').update(hashed).digest('hex').slice(0, 10);
  return `${name.slice(0, MAX_LABEL_LENGTH - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** Name of the Service of an export that limits its ports. */
export function exportServiceName(service: string): string {
  return asLabel(`mesh-export-${service}`);
}

/** Host of a service within its own cluster, such as `httpbin.bar.svc.cluster.local`. */
export function localHost(service: { readonly name: string; readonly namespace: string; readonly clusterDomain: string }): string {
  return `${service.name}.${service.namespace}.svc.${service.clusterDomain}`;
}

/** Name, namespace and, for a pod of a StatefulSet, governing Service of what a host stands for. */
export interface HostParts {
  readonly name: string;
  readonly namespace: string;
  readonly subdomain?: string;
}

/** The labels of a host before its suffix, such as `httpbin.bar`, or `db-0.db.bar` for a pod of a StatefulSet. */
export function hostLabels({ name, subdomain, namespace }: HostParts): string {
  return [name, ...subdomain === undefined ? [] : [subdomain], namespace].join('.');
}

/**
 * Returns the host of a remote service, such as `httpbin.bar.global`.
 * @throws MESH001 for parts that do not make a DNS name
 */
export function serviceHost(parts: HostParts, suffix: string, where: string): string {
  return domainName(`${hostLabels(parts)}.${domainName(suffix, 'DNS suffix', where)}`, 'host', where);
}

/** Label of each pod of a StatefulSet, with the name of the pod. The StatefulSet controller adds it. */
export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

/** Name of a pod of a StatefulSet. */
export function podName(statefulSet: string, ordinal: number): string {
  return `${statefulSet}-${ordinal}`;
}

/** The StatefulSet and the ordinal of a pod, by the name of the pod; undefined for a name that no such pod has. */
export function podOf(name: string): { readonly statefulSet: string; readonly ordinal: number } | undefined {
  const [, statefulSet, ordinal] = /^(.+)-(0|[1-9][0-9]*)$/.exec(name) ?? [];
  return statefulSet === undefined ? undefined : { statefulSet, ordinal: Number(ordinal) };
}

/**
 * Returns a locality.
 * @throws MESH001 for a text that is not `region`, `region/zone` or `region/zone/subzone`
 */
export function checkedLocality(locality: string, where: string): string {
  if (/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/.test(locality)) {
    return locality;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: 'invalid locality',
    got: locality,
    expected: 'region, region/zone or region/zone/subzone, without wildcards',
    fix: 'use the labels topology.kubernetes.io/region and topology.kubernetes.io/zone of the nodes',
  });
}
