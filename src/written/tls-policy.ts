import { Manifest } from './manifest';
import { objectAt, objectsIn, textsIn } from '../checks/content';

/** TLS settings of a DestinationRule for a port and a subset. */
export interface TlsPolicy {
  readonly mode?: string;
  readonly sni?: string;
  /** Identities that the rule asks for, instead of those of the entry. */
  readonly subjectAltNames: string[];
  /** Path of the settings in the rule. */
  readonly path: (string | number)[];
}

/**
 * The TLS settings that a proxy uses for a port and a subset. Settings of a port replace those of the rule as a whole, and settings of a
 * subset replace those of the rule, field by field.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export function tlsPolicy(rule: Manifest, port: number, subset: string): TlsPolicy {
  const { trafficPolicy, subsets } = objectAt(rule.content.spec);
  const number = objectsIn(subsets).findIndex(({ name }) => name === subset);
  const ofSubset = subset === '' || number < 0
    ? undefined
    : tlsIn(objectsIn(subsets)[number].trafficPolicy, port, ['spec', 'subsets', number, 'trafficPolicy']);
  return ofSubset ?? tlsIn(trafficPolicy, port, ['spec', 'trafficPolicy']) ?? { subjectAltNames: [], path: ['spec'] };
}

/** The labels by which a subset selects endpoints; undefined where the rule has no such subset. */
export function subsetLabelsOf(rule: Manifest, subset: string): { readonly [key: string]: string } | undefined {
  const found = objectsIn(objectAt(rule.content.spec).subsets).find(({ name }) => name === subset);
  return found && objectAt(found.labels);
}

/** Names of the subsets of a rule. */
export function subsetsOf(rule: Manifest): string[] {
  return textsIn(objectsIn(objectAt(rule.content.spec).subsets).map(({ name }) => name));
}

function tlsIn(policy: unknown, port: number, path: (string | number)[]): TlsPolicy | undefined {
  const { tls, portLevelSettings } = objectAt(policy);
  const index = objectsIn(portLevelSettings).findIndex(setting => objectAt(setting.port).number === port);
  if (index >= 0) {
    return settingsAt(objectsIn(portLevelSettings)[index].tls, [...path, 'portLevelSettings', index, 'tls']);
  }
  return tls === undefined ? undefined : settingsAt(tls, [...path, 'tls']);
}

function settingsAt(tls: unknown, path: (string | number)[]): TlsPolicy {
  const { mode, sni, subjectAltNames } = objectAt(tls);
  const [modeText, sniText] = [mode, sni].map(field => typeof field === 'string' && field !== '' ? field : undefined);
  return { mode: modeText, sni: sniText, subjectAltNames: textsIn(subjectAltNames), path };
}
