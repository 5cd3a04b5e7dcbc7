import {
  ClusterDns, GatewayAddress, GitOps, ImportName, IstioRelease, Mesh, MeshApp, MeshClusterOptions, MeshProps, MeshTrust, RetirementStep,
  ServicePort,
} from '../../src';
import { outputOf } from '../../src/app/output';
import { summaryOf } from '../../src/app/summary';

const REPOSITORY = { repoUrl: 'https://git.example.com/mesh.git' };
const ENGINE = GitOps.argoCd(REPOSITORY);
const ENGINE_WITH_CHARTS = GitOps.argoCd({ ...REPOSITORY, istioVersion: '1.31.4' });
const STORE = MeshTrust.externalSecret({ store: 'vault' });

/** The lines of the summary of a mesh of one cluster that begin with a word, without the word. */
function lines(word: string, props: Partial<MeshProps>, options: MeshClusterOptions = {}): string[] {
  const app = new MeshApp({ outdir: 'out' });
  new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...props }).addCluster('cluster1', options);
  const summary = summaryOf(app, outputOf(app.node.findAll())).split('\n').map(line => line.trim());
  return summary.filter(line => line.startsWith(word)).map(line => line.slice(word.length).trim());
}

/** The next steps, each with its number. */
const nextSteps = (props: Partial<MeshProps>, options?: MeshClusterOptions) => lines('next', props, options);

const beginsWith = (text: string) => expect.stringMatching(new RegExp(`^\\d   ${text}`));
const applyStep = (number: number, folder: string) => `${number}   commit out as dist of the repository, and let Argo CD apply `
  + `out/${folder} (docs/how-to/apply-with-argo-cd-or-flux.md)`;

describe('the next steps', () => {
  test('name the folder that an engine applies', () => {
    const hub = GitOps.argoCd({ ...REPOSITORY, istioVersion: '1.31.4', hub: true });
    expect(nextSteps({ trust: STORE, gitOps: ENGINE_WITH_CHARTS })).toEqual([applyStep(1, 'argocd/cluster1')]);
    expect(nextSteps({ trust: STORE, gitOps: hub })).toEqual([applyStep(1, 'argocd')]);
  });

  test('name the repository root and the folder of Flux', () => {
    const [step] = nextSteps({ trust: STORE, gitOps: GitOps.flux({ path: '.' }) });
    expect(step).toBe(
      '1   commit out as the root of the repository, and let Flux apply out/flux/cluster1 (docs/how-to/apply-with-argo-cd-or-flux.md)',
    );
  });

  test('begin with a CA that no engine delivers', () => {
    expect(nextSteps({ trust: MeshTrust.plain({ directory: 'pki' }), gitOps: ENGINE_WITH_CHARTS })).toEqual(
      [expect.stringContaining('kubectl apply -f plain-secrets/cluster1'), applyStep(2, 'argocd/cluster1')],
    );
    expect(nextSteps({ gitOps: ENGINE_WITH_CHARTS })).toEqual(
      [expect.stringContaining('the secret cacerts in istio-system'), applyStep(2, 'argocd/cluster1')],
    );
  });

  test('wait for the CA that an engine delivers before a person installs Istio', () => {
    expect(nextSteps({ trust: STORE, gitOps: ENGINE })).toEqual([
      applyStep(1, 'argocd/cluster1'),
      beginsWith('once, before istiod first starts: wait for the secret cacerts'),
      beginsWith('once, and again when its values change: istioctl install'),
    ]);
  });

  test('without an engine deliver the CA, install Istio, and apply the folder by kubectl', () => {
    expect(nextSteps({ trust: STORE })).toEqual([
      beginsWith('once, before istiod first starts: kubectl create namespace istio-system'),
      beginsWith('once, and again when its values change: istioctl install'),
      beginsWith('kubectl apply --server-side --force-conflicts -k out/cluster1, in the context of cluster1'),
    ]);
  });

  test('leave a folder with ciphertext of sops to Flux', () => {
    const steps = nextSteps({ trust: MeshTrust.sops({ directory: 'absent' }) }, { strictMtls: true });
    expect(steps.pop()).toBe('3   commit out/cluster1 for Flux, which decrypts what sops encrypted');
  });

  test('end with the file for the DNS of the platform', () => {
    const dns = ClusterDns.kubeDns({ resolvers: ['10.96.0.53'] });
    expect(nextSteps({ trust: STORE }, { dns }).pop()).toBe(
      '4   give out/install/cluster1/cluster-dns.yml to whoever owns the DNS of cluster1 (docs/how-to/resolve-names-without-a-sidecar.md)',
    );
  });

  test('uninstall Istio at the step of the control plane, unless an engine does', () => {
    const retire = RetirementStep.CONTROL_PLANE;
    expect(nextSteps({ trust: STORE }, { retire }).pop()).toMatch(
      /remove Istio: istioctl uninstall --skip-confirmation -f out\/install\/cluster1\/istio-operator\.yml, in the context of cluster1$/,
    );
    expect(nextSteps({ trust: STORE, gitOps: ENGINE_WITH_CHARTS }, { retire })).toEqual([applyStep(1, 'argocd/cluster1')]);
  });

  test('contain the commit only once the CA is retired', () => {
    expect(nextSteps({ trust: STORE, gitOps: ENGINE }, { retire: RetirementStep.CA })).toEqual([applyStep(1, 'argocd/cluster1')]);
  });
});

describe('the summary of a retirement', () => {
  test('names the step and the next one', () => {
    expect(lines('retires', {}, { retire: RetirementStep.SERVICES })).toEqual(['services, step 2 of 5; when all clusters have it: dns']);
  });

  test('ends with the removal of the cluster', () => {
    expect(lines('retires', {}, { retire: RetirementStep.CA })).toEqual(['ca, step 5 of 5; when all clusters have it: remove the cluster']);
  });

  test('is left out for a cluster that does not retire', () => {
    expect(lines('retires', {})).toEqual([]);
  });
});

test('the summary shows an import under a local name without VIPs, and what a gateway with a hostname needs', () => {
  const app = new MeshApp({ outdir: 'out' });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const cluster1 = mesh.addCluster('cluster1');
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('gw.example.com') });
  const ports = [ServicePort.http('http', 8000)];
  const api = cluster2.exportService('api', { namespace: 'back', ports, serviceAccount: 'api', workloadSelector: { app: 'api' } });
  cluster1.importService(api, { name: ImportName.local() });
  expect(app.summary()).toContain('imports  api.back.svc.cluster.local  from cluster2, in every namespace, direct');
  expect(app.summary()).toMatch(/next 2 {3}once: install the CRDs of the Gateway API, in the context of cluster1/);
});
