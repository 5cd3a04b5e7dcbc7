import { createHash } from 'crypto';
import { MeshError } from './errors/mesh-error';
import { MeshErrorCode } from './errors/mesh-error-code';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MAX_LABEL = 63;

/** Whether a text is an RFC 1123 label: what Kubernetes takes as the name of a namespace or service. */
export function isDnsLabel(text: unknown): text is string {
  return typeof text === 'string' && LABEL.test(text);
}

/** Whether a text is an RFC 1123 subdomain: labels joined by dots, 253 characters at most, not a number in disguise. */
export function isDnsName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 253 && text.split('.').every(isDnsLabel) && !/^[0-9.]+$/.test(text);
}

/** Returns the name, or throws when Kubernetes would not take it as the name of a namespace, service or cluster. */
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

/** Returns the name, or throws when it is not a DNS name (service accounts, domains, suffixes). */
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

/** Returns the labels, or throws when Kubernetes would not take one of them, or there are none. */
export function labels(values: { [key: string]: string }, what: string, where: string): { [key: string]: string } {
  const bad = Object.entries(values).find(([key, value]) => !isLabelKey(key) || !(value === '' || LABEL_VALUE.test(value)));
  if (bad || Object.keys(values).length === 0) {
    throw new MeshError({
      code: bad ? MeshErrorCode.INVALID_NAME : MeshErrorCode.EMPTY,
      where,
      what: bad ? `invalid label in ${what}` : `${what} selects no labels`,
      got: bad ? `${bad[0]}=${bad[1]}` : values,
      expected: 'at least one label, keys and values of up to 63 letters, digits, "-", "_" and "."',
      fix: 'use the labels of the pods, such as { app: "httpbin" }',
    });
  }
  return values;
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  return slash < 0 ? LABEL_VALUE.test(key) : isDnsName(key.slice(0, slash)) && LABEL_VALUE.test(key.slice(slash + 1));
}

/**
 * The name of an object that stands for a service: `httpbin-bar` for httpbin in namespace bar, as in the guide.
 *
 * Two services never share a name: a namespace with a hyphen is joined by two, and what could still be read in two
 * ways, or is longer than the 63 characters of a DNS label (Istio's limit for a Gateway), ends in a hash.
 */
export function objectName(service: string, namespace: string, prefix = ''): string {
  const joined = prefix + service + (namespace.includes('-') ? '--' : '-') + namespace;
  const ambiguous = service.includes('--') || namespace.includes('--');
  return ambiguous ? hashed(joined, `${service}/${namespace}`) : asLabel(joined, `${service}/${namespace}`);
}

/** A name as it is, or cut to a DNS label with a hash of what it stands for. */
export function asLabel(name: string, standsFor = name): string {
  return name.length <= MAX_LABEL ? name : hashed(name, standsFor);
}

function hashed(name: string, standsFor: string): string {
  const hash = createHash('sha256').update(standsFor).digest('hex').slice(0, 10);
  return `${name.slice(0, MAX_LABEL - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** The host of a service within its own cluster: `httpbin.bar.svc.cluster.local`. */
export function localHost(service: { readonly name: string; readonly namespace: string; readonly clusterDomain: string }): string {
  return `${service.name}.${service.namespace}.svc.${service.clusterDomain}`;
}

/** The host of a remote service, or an error when its parts are no names. */
export function serviceHost(name: string, namespace: string, suffix: string, where: string): string {
  return dnsName(`${name}.${namespace}.${dnsName(suffix, 'DNS suffix', where)}`, 'host', where);
}

/** Returns the locality, or throws when it is not region[/zone[/subzone]]. */
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
