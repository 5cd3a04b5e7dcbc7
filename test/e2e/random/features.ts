import { isIP } from 'net';
import { ImportDeclaration, KIND_NAMES, MeshDeclaration, STEPS, clusterOf, isLocal } from './declaration';
import { servingExports } from './serving';
import { isExportedFrom } from './workloads';

/** What an import can be like beside its kind. */
const ASPECTS: { readonly [name: string]: (imported: ImportDeclaration, mesh: MeshDeclaration) => boolean } = {
  'from one cluster': (imported, mesh) => servingExports(imported, mesh).length === 1,
  'from several clusters': (imported, mesh) => servingExports(imported, mesh).length > 1,
  'from outside': ({ service }) => service.foreign,
  'by version': ({ routing }) => routing !== undefined,
  'by header': ({ routing }) => routing !== undefined && routing.rules.length > 0,
  'alike from all clusters': ({ priority }) => priority?.kind === 'spread',
  'from clusters in order': ({ priority }) => priority?.kind === 'inOrder',
  'from clusters by shares': ({ priority }) => priority?.kind === 'weights',
  'with a pinned identity': ({ service }) => service.exports[0].serviceAccount !== undefined,
  'by a hostname': (imported, mesh) => servingExports(imported, mesh)
    .some(({ cluster }) => clusterOf(mesh, cluster).gateways.some(({ address }) => isIP(address) === 0)),
  'into an IPv6 cluster': ({ cluster }, mesh) => clusterOf(mesh, cluster).families[0] === 6,
  'into a dual-stack cluster': ({ cluster }, mesh) => clusterOf(mesh, cluster).families.length === 2,
  'into a cluster that exports the service too': ({ cluster, service }) => service.exports.some(exported => exported.cluster === cluster),
  'of another cluster domain': ({ service }, mesh) => clusterOf(mesh, service.exports[0].cluster).domain !== 'cluster.local',
  'that retires': ({ retire }) => retire,
  'of the exported ports alone': ({ service }) => service.onlyPorts,
};

/** What only an import under a local name can be like. */
const LOCAL_ASPECTS: typeof ASPECTS = {
  'that creates the Service': ({ cluster, service, home }) => !isExportedFrom(cluster, service) && home === 'created',
  'beside a Service without pods': ({ cluster, service, home }) => !isExportedFrom(cluster, service) && home === 'empty',
  'beside pods that are not exported': ({ cluster, service, home }) => !isExportedFrom(cluster, service) && home === 'pods',
  'beside an import under the global name': (imported, mesh) => mesh.imports
    .some(other => other.cluster === imported.cluster && other.service === imported.service && !isLocal(other)),
};

/** What a local name cannot be for: the SNI is that of the Service with all of its ports. */
const GLOBAL_ONLY = 'of the exported ports alone';

function aspectsOf(kind: string): typeof ASPECTS {
  const { [GLOBAL_ONLY]: globalOnly, ...common } = ASPECTS;
  return isLocal({ kind }) ? { ...common, ...LOCAL_ASPECTS } : { ...common, [GLOBAL_ONLY]: globalOnly };
}

/** All that a run must have met, or its figure says less than it seems to. */
export const FEATURES: string[] = [
  ...KIND_NAMES.flatMap(kind => Object.keys(aspectsOf(kind)).map(aspect => `import ${kind} ${aspect}`)),
  'beside a hostile namespace',
  ...STEPS.map(step => `cluster that retires as far as ${step}`),
];

/** What a mesh has of that. */
export function featuresOf(mesh: MeshDeclaration): string[] {
  return [
    ...mesh.imports.flatMap(imported => Object.entries(aspectsOf(imported.kind)).filter(([, holds]) => holds(imported, mesh))
      .map(([aspect]) => `import ${imported.kind} ${aspect}`)),
    ...mesh.hostile ? ['beside a hostile namespace'] : [],
    ...mesh.clusters.flatMap(({ retire }) => retire ? [`cluster that retires as far as ${retire}`] : []),
  ];
}
