import { readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, parseAllDocuments } from 'yaml';
import { adoption } from './istioctl-adopt';
import { ownValues } from './istioctl-values';
import { guideMesh } from '../../../examples/guide/mesh';
import { IstioRelease, Mesh, MeshApp } from '../../../src';
import { toYaml } from '../../../src/output/yaml';
import { everyForm } from '../../every-form';
import { moduleFolder } from '../parts';
import { attempt, run } from '../process';
import { must, Proof, ProofRun } from '../proof';

/**
 * Tools of Istio accept the output for their release: `istioctl validate`, `istioctl analyze`, `istioctl manifest generate` and the
 * Helm charts.
 */
export const istioctlProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => {
  const module = `istio-${istio.version}`;
  return {
    name: `istioctl-${istio.version}`,
    parts: [
      { name: 'istioctl', module, package: 'istio.io/istio/istioctl/cmd/istioctl' },
      { name: 'helm', module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
    ],
    show: async proof => {
      const meshes = [await written(proof, 'guide', guideMesh), await written(proof, 'every-form', app => everyForm(app, istio))];
      for (const { folder, clusters } of meshes) {
        for (const cluster of clusters) {
          await acceptedByIstioctl(proof, join(folder, cluster));
        }
      }
      const charts = join(await moduleFolder(module, 'istio.io/istio'), 'manifests', 'charts');
      const rendered = await renderedInstalls(proof, meshes, charts);
      const values = await ownValues(proof, istio, charts);
      const adopted = await adoption(proof, istio);
      const caught = await plantedErrors(proof, join(proof.folder, 'every-form', 'east'));
      const count = meshes.reduce((sum, mesh) => sum + mesh.clusters.length, 0);
      return `${count} cluster folders validated and analyzed without a message, ${rendered} installs rendered, `
        + `${caught} planted errors found; ${values}; ${adopted}`;
    },
  };
});

/** A mesh that was written to a folder. */
interface WrittenMesh {
  readonly folder: string;
  readonly clusters: string[];
}

async function written(proof: ProofRun, name: string, build: (app: MeshApp) => Mesh): Promise<WrittenMesh> {
  const folder = join(proof.folder, name);
  const app = new MeshApp({ outdir: folder });
  const clusters = build(app).clusters.map(cluster => cluster.clusterName);
  app.synth();
  return { folder, clusters };
}

async function acceptedByIstioctl(proof: ProofRun, folder: string): Promise<void> {
  const verdict = await validate(proof, folder);
  must(verdict.ok && verdict.remarks.length === 0, `istioctl validate ${folder}: ${verdict.remarks.join('; ')}`);
  const messages = await analyze(proof, folder);
  must(messages.length === 0, `istioctl analyze ${folder}: ${JSON.stringify(messages)}`);
}

/**
 * Renders each IstioOperator by istioctl, and the values of each chart by Helm. Throws unless the manifests have the port of the
 * gateway and DNS capture. Returns the number of installations.
 */
async function renderedInstalls(proof: ProofRun, meshes: WrittenMesh[], charts: string): Promise<number> {
  let count = 0;
  for (const { folder, clusters } of meshes) {
    for (const cluster of clusters) {
      const install = join(folder, 'install', cluster);
      const operator = await run(proof.program('istioctl'), ['manifest', 'generate', '-f', join(install, 'istio-operator.yml')]);
      const helm = async (chart: string, file: string) => run(
        proof.program('helm'),
        ['template', file, join(charts, chart), '-n', 'istio-system', '-f', join(install, `${file}-values.yml`)],
      );
      await helm('base', 'base');
      const istiod = await helm('istio-control/istio-discovery', 'istiod');
      const gateway = await helm('gateway', 'istio-ingressgateway');
      for (const { tool, manifests } of [{ tool: 'istioctl', manifests: operator }, { tool: 'helm', manifests: gateway }]) {
        const service = objects(manifests).find(o => o.kind === 'Service' && o.metadata.name === 'istio-ingressgateway');
        must(service?.spec.ports.some((port: any) => port.port === 15443), `${tool} rendered no port 15443 for ${cluster}`);
      }
      for (const { tool, manifests } of [{ tool: 'istioctl', manifests: operator }, { tool: 'helm', manifests: istiod }]) {
        const config = objects(manifests).find(o => o.kind === 'ConfigMap' && /^istio(-canary)?$/.test(o.metadata.name));
        const proxy = parse(config?.data.mesh ?? '{}').defaultConfig?.proxyMetadata;
        must(proxy?.ISTIO_META_DNS_CAPTURE === 'true', `${tool} rendered no DNS capture for ${cluster}`);
      }
      count += 2;
    }
  }
  return count;
}

/** The same commands find a missing gateway, a missing subset, and a TLS mode that Istio does not know. */
async function plantedErrors(proof: ProofRun, folder: string): Promise<number> {
  const plant = async (file: string, edit: (path: string) => void, isFound: () => Promise<boolean>) => {
    const path = join(folder, file);
    const original = readFileSync(path);
    edit(path);
    const found = await isFound();
    writeFileSync(path, original);
    must(found, `a planted error in ${file} was not found`);
  };
  const edited = (edit: (manifest: any) => void) => (path: string) => {
    const manifest = parse(readFileSync(path, 'utf8'));
    edit(manifest);
    writeFileSync(path, toYaml(manifest, { sortKeys: false }));
  };
  const isReferenceNotFound = async () => (await analyze(proof, folder)).some(message => message.code === 'IST0101');
  const isInvalid = async () => !(await validate(proof, folder)).ok;
  const withoutSubset = edited(rule => {
    rule.spec.subsets.pop();
  });
  const withUnknownMode = edited(rule => {
    rule.spec.trafficPolicy.tls.mode = 'MUTUALISH';
  });
  await plant('Gateway.networking.istio.io_istio-system_mesh-istio-egressgateway.yaml', path => rmSync(path), isReferenceNotFound);
  await plant('DestinationRule.networking.istio.io_foo_versioned-shop.yaml', withoutSubset, isReferenceNotFound);
  await plant('DestinationRule.networking.istio.io_foo_plain-shop.yaml', withUnknownMode, isInvalid);
  return 3;
}

/** Whether istioctl accepts the folder, and all its output except "is valid" for each file. */
async function validate(proof: ProofRun, folder: string): Promise<{ ok: boolean; remarks: string[] }> {
  const { code, stdout, stderr } = await attempt(proof.program('istioctl'), ['validate', '-f', folder]);
  return { ok: code === 0, remarks: `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '' && !line.endsWith(' is valid')) };
}

/** The messages of istioctl about one cluster. Without -A it analyzes namespace "default" only, and finds nothing. */
async function analyze(proof: ProofRun, folder: string): Promise<Array<{ code: string }>> {
  const { stdout } = await attempt(proof.program('istioctl'), ['analyze', '-A', '--use-kube=false', '--output', 'json', folder]);
  return JSON.parse(stdout);
}

function objects(manifests: string): any[] {
  return parseAllDocuments(manifests).map(document => document.toJSON()).filter(Boolean);
}
