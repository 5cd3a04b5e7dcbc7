import { parse } from 'yaml';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import type { IstioFacts } from '../../facts/facts';
import { readCertificates } from '../../pki/certificate';
import type { LiveObject } from '../kubectl/kubectl';

/** Revision of a control plane that has none. */
const DEFAULT_REVISION = 'default';

/** The control plane that facts are about. */
export interface Istiod {
  readonly namespace: string;
  /** Revision; undefined for the default revision. */
  readonly revision?: string;
  /** Name of the ConfigMap with the mesh configuration. */
  readonly configMap: string;
  /** Pods of istiod, as their template has them. */
  readonly template: LiveObject;
  readonly notes: string[];
}

/** The istiod of a revision, or else that of the default revision, or else the first one. */
export function chosenIstiod(deployments: LiveObject[], revision?: string): Istiod | undefined {
  const revisionOf = ({ metadata }: LiveObject) => String(objectAt(metadata.labels)['istio.io/rev'] ?? DEFAULT_REVISION);
  const sorted = [...deployments].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  const chosen = sorted.find(deployment => revisionOf(deployment) === (revision ?? DEFAULT_REVISION))
    ?? (revision === undefined ? sorted[0] : undefined);
  if (chosen === undefined) {
    return undefined;
  }
  const found = revisionOf(chosen);
  const isDefault = found === DEFAULT_REVISION;
  return {
    namespace: String(chosen.metadata.namespace),
    ...isDefault ? {} : { revision: found },
    configMap: isDefault ? 'istio' : `istio-${found}`,
    template: objectAt(objectAt(chosen.spec).template),
    notes: sorted.length > 1 ? [`of the revisions ${sorted.map(revisionOf).join(', ')}, ${found} is taken; --revision takes another`] : [],
  };
}

/** The settings of an Istio, and the roots that its workloads trust. */
export function istioFacts({ namespace, revision, configMap, template }: Istiod, configMaps: LiveObject[]): IstioFacts {
  const dataOf = (name: string) => objectAt(configMaps.find(({ metadata }) => objectAt(metadata).name === name)?.data);
  const mesh = objectAt(meshConfig(dataOf(configMap).mesh));
  const metadata = objectAt(objectAt(mesh.defaultConfig).proxyMetadata);
  const version = versionOf(template);
  return {
    ...version !== undefined && { version },
    ...revision !== undefined && { revision },
    namespace,
    trustDomain: typeof mesh.trustDomain === 'string' ? mesh.trustDomain : 'cluster.local',
    trustDomainAliases: textsIn(mesh.trustDomainAliases).sort(),
    clusterDomain: argumentOf(template, '--domain') ?? 'cluster.local',
    dnsCapture: String(metadata.ISTIO_META_DNS_CAPTURE) === 'true',
    gatewaysOfAnyNamespace: String(variableOf(template, 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE')) !== 'true',
    rootFingerprints: fingerprintsIn(dataOf('istio-ca-root-cert')['root-cert.pem']),
  };
}

/** SHA-256 fingerprints of certificates as PEM, in order; none for a text without certificates. */
export function fingerprintsIn(pem: unknown): string[] {
  try {
    return [...new Set(readCertificates(String(pem)).map(({ fingerprint }) => fingerprint))].sort();
  } catch {
    return [];
  }
}

/** Value of an environment variable in the containers of pods. */
export function variableOf(template: LiveObject, name: string): unknown {
  return containersOf(template).flatMap(({ env }) => objectsIn(env)).find(variable => variable.name === name)?.value;
}

function versionOf(template: LiveObject): string | undefined {
  const images = containersOf(template).map(({ image }) => String(image));
  const tags = images.flatMap(image => /:(\d+\.\d+[\w.-]*)(?:@|$)/.exec(image)?.[1] ?? []);
  return tags[0]?.replace(/-(distroless|debug)$/, '');
}

function argumentOf(template: LiveObject, flag: string): string | undefined {
  const args = containersOf(template).flatMap(container => textsIn(container.args));
  const at = args.indexOf(flag);
  return at < 0 ? args.find(arg => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) : args[at + 1];
}

function containersOf(template: LiveObject): LiveObject[] {
  return objectsIn(objectAt(template.spec).containers);
}

function meshConfig(text: unknown): unknown {
  try {
    return parse(String(text));
  } catch {
    return undefined;
  }
}

function keyOf({ metadata }: LiveObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
