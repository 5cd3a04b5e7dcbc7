import { firstDataOf, Manifest } from './manifest';
import type { SourceFile } from './source';
import { objectAt, objectsIn, textsIn } from '../checks/content';

/** Generations of Istio, whose manifests differ. */
export type Generation = '1.5' | 'current';

/** What the install values of a cluster say; the defaults of Istio where there are none. */
export interface ClusterSettings {
  /** File of the install values; undefined where the folder has none, and nothing is known of the cluster. */
  readonly file?: SourceFile;
  readonly generation: Generation;
  readonly istioNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  readonly clusterDomain: string;
  /** Whether sidecars answer DNS queries for imported names; undefined where no file says. */
  readonly capturesDns?: boolean;
  readonly hasIngressGateway?: boolean;
  readonly hasEgressGateway?: boolean;
}

/** Reads the settings of a cluster from its IstioOperator, or guesses the generation from the API version of its entries. */
export function settingsOf(file: SourceFile | undefined, entries: Manifest[]): ClusterSettings {
  const isOld = entries.length > 0 && entries.every(({ apiVersion }) => apiVersion === 'networking.istio.io/v1alpha3');
  // The IstioOperator of the guide has no name, so it is no object that kubectl would take.
  const spec = objectAt(objectAt(file && firstDataOf(file)).spec);
  const { meshConfig, values } = spec;
  const global = objectAt(objectAt(values).global);
  const mesh = { ...global, ...objectAt(meshConfig) };
  const generation = file === undefined ? isOld : spec.addonComponents?.istiocoredns !== undefined;
  const metadata = objectAt(objectAt(objectAt(meshConfig).defaultConfig).proxyMetadata);
  return {
    file,
    generation: generation ? '1.5' : 'current',
    istioNamespace: textOr(global.istioNamespace, 'istio-system'),
    trustDomain: textOr(mesh.trustDomain, 'cluster.local'),
    trustDomainAliases: textsIn(mesh.trustDomainAliases),
    clusterDomain: textOr(objectAt(global.proxy).clusterDomain, 'cluster.local'),
    ...file && !generation && {
      capturesDns: metadata.ISTIO_META_DNS_CAPTURE === 'true',
      hasIngressGateway: isEnabled(objectAt(spec.components).ingressGateways),
      hasEgressGateway: isEnabled(objectAt(spec.components).egressGateways),
    },
  };
}

function isEnabled(gateways: unknown): boolean {
  return objectsIn(gateways).some(({ enabled }) => enabled !== false);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
