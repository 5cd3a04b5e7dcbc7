import { relative, resolve } from 'path';
import { App } from 'cdk8s';
import { MeshCluster } from './cluster';
import { INSTALL_FOLDER, Output } from './gitops/output';

/** What a synth wrote for each cluster, which hosts its workloads can call, and what to do next. */
export function summaryOf(app: App, output: Output): string {
  const clusters = app.node.children.filter(MeshCluster.isMeshCluster);
  return clusters.map(cluster => clusterSummary(cluster, shownPath(app.outdir), output)).join('\n');
}

function clusterSummary(cluster: MeshCluster, outdir: string, output: Output): string {
  const folder = `${outdir}/${cluster.clusterName}`;
  const install = `${INSTALL_FOLDER}/${cluster.clusterName}`;
  const manifests = [...output.keys()].filter(path => path.startsWith(`${cluster.clusterName}/`)).length;
  const values = [...output.keys()].filter(path => path.startsWith(`${install}/`)).length;
  const imports = cluster.imports.map(imported => [
    'imports', `${imported.host} -> ${imported.addresses.join(', ')}`,
    `from ${imported.servedBy.join(', ')}, in namespace ${imported.namespace}, ${imported.usesEgressGateway ? 'through the egress gateway' : 'direct'}`,
  ].join('  '));
  const exports = cluster.exports.map(exported => `exports  ${exported.host}  ports ${exported.ports.map(port => port.port).join(', ')}`);
  const next = [
    'give istiod a CA before it first starts: the secret cacerts, of a root that all clusters share',
    cluster.controlPlane.installCommand(`${outdir}/${install}/istio-operator.yml`),
    `kubectl apply -f ${folder}/   # or commit the folder for Argo CD or Flux`,
  ];
  return [
    `${cluster.clusterName} (Istio ${cluster.istio.version})`,
    `  wrote    ${folder}/: ${count(manifests, 'manifest')}; ${outdir}/${install}/: ${count(values, 'file')} of install values`,
    ...[...imports, ...exports].map(line => `  ${line}`),
    ...next.map((line, i) => `  next ${i + 1}   ${line}`),
    '',
  ].join('\n');
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A folder as the person at the terminal would type it; npm runs scripts elsewhere and says where it was called. */
function shownPath(folder: string): string {
  return relative(process.env.INIT_CWD ?? process.cwd(), resolve(folder)) || '.';
}
