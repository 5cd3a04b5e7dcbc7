import { dirname, relative, resolve } from 'path';
import { ApiObject, App } from 'cdk8s';
import type { Problem } from '../errors/problem';
import { MeshCluster } from '../mesh/cluster';
import { RetirementStep } from '../mesh/retirement';
import { RETIREMENT_ORDER } from '../mesh/retirement-order';
import { Changes, Output } from '../output/folder-writer';
import { INSTALL_FOLDER } from '../output/folders';

/** What a synth changed, and what it warns of. */
export interface SynthResult {
  readonly changes?: Changes;
  readonly warnings?: Problem[];
}

/** What a synth did for each cluster, which hosts its workloads can call, and what to do next. */
export function summaryOf(app: App, output: Output, { changes, warnings = [] }: SynthResult = {}): string {
  const clusters = app.node.children.filter(MeshCluster.isMeshCluster);
  const [held, written, removed] = [output.keys(), changes?.written ?? [], changes?.removed ?? []].map(filesByFolder);
  const outdir = shownPath(app.outdir);
  const holds: Holds = folder => [
    `${outdir}/${folder}/: ${count(held.get(folder) ?? 0, 'file')}`,
    ...changes ? [`${written.get(folder) ?? 0} written, ${removed.get(folder) ?? 0} removed`] : [],
  ].join(', ');
  const warned = warnings.length > 0 ? [
    `warnings\n${warnings.map(({ code, where, what }) => `  ${code}  ${where}: ${what}\n`).join('')}`,
  ] : [];
  return [...clusters.map(cluster => clusterSummary(cluster, holds, nextSteps(cluster, outdir, output))), ...warned].join('\n');
}

/** Says how many files a folder holds, and how many of them changed. */
type Holds = (folder: string) => string;

function filesByFolder(paths: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  return counts;
}

/** What gives the cluster its CA: an istiod that starts without it signs for itself. */
function caStep(cluster: MeshCluster, outdir: string, output: Output): string {
  const { trust, clusterName: name, istioNamespace: namespace } = cluster;
  if (!trust) {
    return `once: give istiod a CA before it first starts, the secret cacerts in ${namespace}, of a root that all clusters share`;
  }
  const file = [...output.keys()].find(path => path.startsWith(`${name}/`) && path.endsWith(`_${namespace}_cacerts.yaml`));
  const start = `once, before istiod first starts: kubectl create namespace ${namespace}`;
  if (trust.deliveryName === 'sops') {
    return `${start}, let Flux apply ${outdir}/${file} (or: sops decrypt ${outdir}/${file} | kubectl apply -f -), and wait for the secret cacerts`;
  }
  const { plain: clear } = trust._delivery;
  const plain = clear && `${shownPath(clear.outdir)}/${name}`;
  return `${start}, kubectl apply -f ${plain ?? `${outdir}/${file}`}, and wait for the secret cacerts`;
}

/** What to do next, in its order: istiod must find its CA when it first starts. */
function nextSteps(cluster: MeshCluster, outdir: string, output: Output): string[] {
  const { clusterName: name, gitOps, trust, controlPlane, istioNamespace } = cluster;
  const install = `${outdir}/${INSTALL_FOLDER}/${name}`;
  const context = `in the context of ${name}`;
  const apply = gitOps || cluster.node.findAll().some(ApiObject.isApiObject) ? [applyStep(cluster, `${outdir}/${name}`)] : [];
  const dns = output.has(`${INSTALL_FOLDER}/${name}/cluster-dns.yml`) ? [
    `give ${install}/cluster-dns.yml to whoever owns the DNS of ${name} (docs/how-to/resolve-names-without-a-sidecar.md)`,
  ] : [];
  const byEngine = gitOps?._engine.installsIstio ?? false;
  if (cluster._hasReached(RetirementStep.CONTROL_PLANE)) {
    const gone = byEngine || cluster._hasReached(RetirementStep.CA);
    return [
      ...apply,
      ...dns,
      ...gone ? [] : [`remove Istio: ${controlPlane.uninstallCommand(`${install}/istio-operator.yml`)}, ${context}`],
    ];
  }
  const start = byEngine ? [] : [
    `once, and again when its values change: ${controlPlane.installCommand(`${install}/istio-operator.yml`)}, ${context}`,
  ];
  // An engine applies what is in the folder: secrets in the clear never are.
  if (!gitOps || !trust || trust._delivery.plain) {
    return [caStep(cluster, outdir, output), ...start, ...apply, ...dns];
  }
  return [
    ...apply,
    ...byEngine ? [] : [`once, before istiod first starts: wait for the secret cacerts in ${istioNamespace}`],
    ...start,
    ...dns,
  ];
}

function clusterSummary(cluster: MeshCluster, holds: Holds, next: string[]): string {
  const name = cluster.clusterName;
  const imports = cluster.imports.map(imported => [
    'imports', `${imported.host} -> ${imported.addresses.join(', ')}`,
    `from ${imported.servedBy.join(', ')}, in namespace ${imported.namespace}, ${imported.usesEgressGateway ? 'through the egress gateway' : 'direct'}`,
  ].join('  '));
  const exports = cluster.exports.map(exported => `exports  ${exported.host}  ports ${exported.ports.map(port => port.port).join(', ')}`);
  return [
    `${name} (Istio ${cluster.istio.version})`,
    `  objects  ${holds(name)}`,
    `  install  ${holds(`${INSTALL_FOLDER}/${name}`)}`,
    ...[...retirement(cluster), ...imports, ...exports].map(line => `  ${line}`),
    ...next.map((line, i) => `  next ${i + 1}   ${line}`),
    '',
  ].join('\n');
}

/** How far a retirement has come, and what comes when it is applied everywhere. */
function retirement(cluster: MeshCluster): string[] {
  const now = RETIREMENT_ORDER.filter(step => cluster._hasReached(step)).length;
  if (now === 0) {
    return [];
  }
  const next = RETIREMENT_ORDER[now];
  return [
    `retires  ${RETIREMENT_ORDER[now - 1]}, step ${now} of ${RETIREMENT_ORDER.length}; when all clusters have it: ${next ?? 'remove the cluster'}`,
  ];
}

function applyStep({ clusterName, trust, gitOps }: MeshCluster, folder: string): string {
  if (gitOps) {
    const outdir = dirname(folder);
    return `commit ${outdir} as ${gitOps._engine.path || 'the root'} of the repository, and let ${gitOps.engineName} apply ${outdir}/${gitOps._engine.root(clusterName)} (docs/how-to/apply-with-argo-cd-or-flux.md)`;
  }
  if (trust?.deliveryName === 'sops') {
    return `commit ${folder} for Flux, which decrypts what sops encrypted`;
  }
  return `kubectl apply -k ${folder}, in the context of ${clusterName}; or commit the folder for Argo CD or Flux`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A folder as the person at the terminal would type it; npm runs scripts elsewhere and says where it was called. */
function shownPath(folder: string): string {
  return relative(process.env.INIT_CWD ?? process.cwd(), resolve(folder)) || '.';
}
