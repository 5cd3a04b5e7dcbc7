import { relative, resolve } from 'path';
import { ApiObject, App } from 'cdk8s';
import type { ControlPlane } from '../control-plane/control-plane';
import { printable } from '../errors/printable';
import type { Problem } from '../errors/problem';
import { MeshCluster } from '../mesh/cluster';
import { RetirementStep } from '../mesh/retirement';
import { RETIREMENT_ORDER } from '../mesh/retirement-order';
import { settingLine } from '../model/required-setting';
import { INSTALL_FOLDER } from '../output/folder-names';
import type { Changes } from '../output/folder-writer';
import type { OutputFiles } from '../output/output-files';
import { parentOf } from '../output/paths';
import type { DeliverySteps } from '../trust/delivery';

/** Files that a synth changed, and its warnings. */
export interface SynthResult {
  readonly changes?: Changes;
  readonly warnings?: Problem[];
}

/** Returns a text for people: the files of each cluster, the hosts that its workloads can call, the next steps, and warnings. */
export function summaryOf(app: App, output: OutputFiles, { changes, warnings = [] }: SynthResult = {}): string {
  const outdir = shownPath(app.outdir);
  const filesIn = fileCounts(outdir, output, changes);
  const clusters = app.node.children.filter(MeshCluster.isMeshCluster);
  return [
    ...clusters.map(cluster => clusterSummary(cluster, filesIn, nextSteps(cluster, outdir, output))),
    ...warnings.length > 0 ? [warningList(warnings)] : [],
  ].join('\n');
}

function clusterSummary(cluster: MeshCluster, filesIn: (folder: string) => string, next: string[]): string {
  const name = cluster.clusterName;
  const facts = [...retirementLines(cluster), ...requiredLines(cluster), ...importLines(cluster), ...exportLines(cluster)];
  return [
    `${name} (Istio ${cluster.istio.version})`,
    `  objects  ${filesIn(name)}`,
    `  install  ${filesIn(`${INSTALL_FOLDER}/${name}`)}`,
    ...facts.map(line => `  ${line}`),
    ...next.map((line, i) => `  next ${i + 1}   ${line}`),
    '',
  ].join('\n');
}

/** Returns a function that tells how many files a folder of the output holds, and how many of them a synth changed. */
function fileCounts(outdir: string, output: OutputFiles, changes?: Changes): (folder: string) => string {
  const removed = new Map<string, number>();
  changes?.removed.map(parentOf).forEach(folder => removed.set(folder, (removed.get(folder) ?? 0) + 1));
  return folder => {
    const count = output.folders.get(folder)?.size ?? 0;
    const changed = changes ? `, ${changes.written.get(folder)?.length ?? 0} written, ${removed.get(folder) ?? 0} removed` : '';
    return `${outdir}/${folder}/: ${count} ${count === 1 ? 'file' : 'files'}${changed}`;
  };
}

/** How far the retirement of a cluster has come, and the next step; nothing for a cluster that does not retire. */
function retirementLines(cluster: MeshCluster): string[] {
  const reached = RETIREMENT_ORDER.filter(step => cluster._hasReached(step));
  if (reached.length === 0) {
    return [];
  }
  const next = RETIREMENT_ORDER[reached.length] ?? 'remove the cluster';
  const progress = `${reached[reached.length - 1]}, step ${reached.length} of ${RETIREMENT_ORDER.length}`;
  return [`retires  ${progress}; when all clusters have it: ${next}`];
}

/** The settings that the Istio of somebody else must have. */
function requiredLines({ controlPlane }: MeshCluster): string[] {
  return controlPlane._requiredSettings.map(setting => `requires ${settingLine(setting)}`);
}

function importLines(cluster: MeshCluster): string[] {
  return cluster.imports.map(({ host, addresses, servedBy, namespace, usesEgressGateway, usesLocalName }) => {
    const path = usesEgressGateway ? 'through the egress gateway' : 'direct';
    const name = usesLocalName ? host : `${host} -> ${addresses.join(', ')}`;
    const scope = usesLocalName ? 'in every namespace' : `in namespace ${namespace}`;
    const exporters = servedBy.join(', ') || cluster.clusterName;
    return `imports  ${name}  from ${exporters}, ${scope}, ${path}`;
  });
}

function exportLines(cluster: MeshCluster): string[] {
  return cluster.exports.map(({ host, ports }) => `exports  ${host}  ports ${ports.map(({ port }) => port).join(', ')}`);
}

function warningList(warnings: Problem[]): string {
  return `warnings\n${warnings.map(({ code, where, what }) => `  ${code}  ${printable(where)}: ${printable(what)}\n`).join('')}`;
}

/** What a person does next, in order: istiod must find its CA when it first starts. */
function nextSteps(cluster: MeshCluster, outdir: string, output: OutputFiles): string[] {
  const ca = caSteps(cluster, outdir);
  const apply = applySteps(cluster, outdir, ca);
  const dns = dnsSteps(cluster, outdir, output);
  const crds = gatewayApiSteps(cluster);
  if (cluster._hasReached(RetirementStep.CONTROL_PLANE)) {
    return [...apply, ...dns, ...uninstallSteps(cluster, outdir)];
  }
  const install = installSteps(cluster, outdir);
  if (ca.engineDeliversSecret) {
    // An engine that installs Istio waits for the secret itself.
    return [...crds, ...apply, ...install.length > 0 ? [ca.beforeIstiodStarts] : [], ...install, ...dns];
  }
  return [ca.beforeIstiodStarts, ...crds, ...install, ...apply, ...dns];
}

/** The steps by which the CA reaches a cluster. Without a delivery, a person brings it. */
function caSteps({ clusterName, gitOps, istioNamespace, trust }: MeshCluster, outdir: string): DeliverySteps {
  if (!trust) {
    const secret = `the secret cacerts in ${istioNamespace}, of a root that all clusters share`;
    return { engineDeliversSecret: false, beforeIstiodStarts: `once: give istiod a CA before it first starts, ${secret}` };
  }
  return trust._delivery.nextSteps({ cluster: clusterName, namespace: istioNamespace, outdir, hasGitOps: gitOps !== undefined, shownPath });
}

/** The step that applies the folder of a cluster; none when the folder holds no object and no engine reads it. */
function applySteps(cluster: MeshCluster, outdir: string, ca: DeliverySteps): string[] {
  const { clusterName: name, gitOps } = cluster;
  if (gitOps) {
    return [gitOps._engine.applyStep(name, outdir)];
  }
  if (!cluster.node.findAll().some(ApiObject.isApiObject)) {
    return [];
  }
  // Without server-side apply, kubectl keeps a copy of each object in an annotation, which takes at most 256 KiB.
  const apply = `kubectl apply --server-side --force-conflicts -k ${outdir}/${name}`;
  return [ca.applyFolder ?? `${apply}, in the context of ${name}; or commit the folder for Argo CD or Flux`];
}

/** The step that a remote gateway with a hostname needs for imports under a local name. */
function gatewayApiSteps(cluster: MeshCluster): string[] {
  const isRemoteGateway = (node: unknown) => ApiObject.isApiObject(node) && node.apiGroup === 'gateway.networking.k8s.io';
  return cluster.node.findAll().some(isRemoteGateway)
    ? [`once: install the CRDs of the Gateway API, in the context of ${cluster.clusterName}: it knows remote gateways by their hostnames`]
    : [];
}

function dnsSteps({ clusterName: name }: MeshCluster, outdir: string, output: OutputFiles): string[] {
  return ['cluster-dns.yml', 'node-local-dns.yml'].map(file => `${INSTALL_FOLDER}/${name}/${file}`)
    .filter(file => output.has(file))
    .map(file => `give ${outdir}/${file} to whoever owns the DNS of ${name} (docs/how-to/resolve-names-without-a-sidecar.md)`);
}

/** The step by which a person installs Istio; none when an engine does. */
function installSteps({ clusterName: name, controlPlane, gitOps }: MeshCluster, outdir: string): string[] {
  if (controlPlane._requiredSettings.length > 0) {
    const settings = `${outdir}/${INSTALL_FOLDER}/${name}/required-settings.yml`;
    return [
      `let the owner of Istio in ${name} set what ${settings} lists, and check it: kubectl get configmaps,services,deployments,daemonsets `
      + `--all-namespaces -o json | npx istio-mesh check-istio ${settings} (docs/how-to/adopt-an-existing-istio.md)`,
    ];
  }
  if (gitOps?._engine.installsIstio) {
    return [];
  }
  const again = 'once, and again when its values change:';
  const sail = sailFile(controlPlane, outdir, name);
  if (sail !== undefined) {
    return [
      `${again} kubectl apply --server-side -f ${sail}, in the context of ${name}; `
      + 'then install its gateways by the chart "gateway" (docs/how-to/install-istio.md)',
    ];
  }
  const install = `${again} ${controlPlane.installCommand(valuesFile(outdir, name))}, in the context of ${name}`;
  const loss = controlPlane._loss;
  return [loss === undefined ? install : `${install}; this ${loss} (docs/how-to/adopt-an-existing-istio.md)`];
}

/** The step by which a person uninstalls Istio; none when an engine does, or when the CA is retired too: then Istio is uninstalled. */
function uninstallSteps(cluster: MeshCluster, outdir: string): string[] {
  const { clusterName: name, controlPlane, gitOps } = cluster;
  const isForeign = controlPlane._requiredSettings.length > 0;
  if (isForeign || gitOps?._engine.installsIstio || cluster._hasReached(RetirementStep.CA)) {
    return [];
  }
  const sail = sailFile(controlPlane, outdir, name);
  if (sail !== undefined) {
    return [`remove Istio: uninstall its gateways, then kubectl delete -f ${sail}, in the context of ${name}`];
  }
  return [`remove Istio: ${controlPlane.uninstallCommand(valuesFile(outdir, name))}, in the context of ${name}`];
}

/** The object for the Sail operator; undefined when istioctl or Helm installs istiod. */
function sailFile(controlPlane: ControlPlane, outdir: string, cluster: string): string | undefined {
  const file = controlPlane.files().find(({ content }) => content.apiVersion === 'sailoperator.io/v1');
  return file && `${outdir}/${INSTALL_FOLDER}/${cluster}/${file.name}`;
}

/** Install values for istioctl. */
function valuesFile(outdir: string, cluster: string): string {
  return `${outdir}/${INSTALL_FOLDER}/${cluster}/istio-operator.yml`;
}

/** A folder relative to the current folder of the person at the terminal, which npm passes on when it runs a script elsewhere. */
function shownPath(folder: string): string {
  return relative(process.env.INIT_CWD ?? process.cwd(), resolve(folder)) || '.';
}
