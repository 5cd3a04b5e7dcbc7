import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import {
  ArgoCdOptions, FluxOci, FluxOciProvider, GatewayAddress, GitOps, IstioRelease, Mesh, MeshApp, MeshClusterOptions, MeshProps,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const REPOSITORY = 'https://git.example.com/mesh.git';
const URL = 'oci://registry.example.com/mesh';
const ROLLOUT = { label: 'stage', order: ['canary', 'production'] };

/** Files with objects of an engine, for a mesh of these clusters: their content by their path. */
function written(
  props: Partial<MeshProps>, clusters: string[] = ['cluster1', 'cluster2'], options: { [cluster: string]: MeshClusterOptions } = {},
) {
  const app = new MeshApp({ outdir: temporaryFolder('delivery') });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31, ...props });
  clusters.forEach((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`), ...options[name] }));
  app.synth();
  const entries = readdirSync(app.outdir, { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => /\.yaml$/.test(name) && /\/(argocd|flux)(\/|$)/.test(parentPath));
  const files = entries.map(({ name, parentPath }) => join(parentPath, name)).sort();
  const objects = new Map(files.map(file => [file.slice(app.outdir.length + 1), parse(readFileSync(file, 'utf8'))]));
  return { summary: app.summary(), objects };
}

const argo = (options: Partial<ArgoCdOptions> = {}) => GitOps.argoCd({ repoUrl: REPOSITORY, hub: true, rollout: ROLLOUT, ...options });
const SET = 'argocd/ApplicationSet.argoproj.io_argocd_mesh.yaml';

describe('a rollout of Argo CD', () => {
  test('is an ApplicationSet that carries the Application of each cluster as it would be written without it', () => {
    const [rollout, plain] = [argo(), argo({ rollout: undefined })].map(gitOps => written({ gitOps }).objects);
    expect([...rollout.keys()]).toEqual([SET]);
    const [{ list }, { clusters }] = rollout.get(SET).spec.generators[0].merge.generators;
    expect(clusters).toEqual({});
    expect(list.elements.map(({ name, application }: any) => [name, application.name, application.spec])).toEqual(
      [...plain.values()].map(({ metadata, spec }) => [spec.destination.name, metadata.name, spec]),
    );
  });

  test('carries the labels and annotations of each cluster, and has those of all clusters itself', () => {
    const gitOps = argo({ labels: { team: 'mesh' } });
    const props = { gitOps, annotations: { note: 'all' } };
    const { objects } = written(props, undefined, { cluster2: { labels: { region: 'east' } } });
    const { metadata, spec } = objects.get(SET);
    const common = { 'app.kubernetes.io/managed-by': 'cdk8s-istio-multicluster', 'app.kubernetes.io/part-of': 'mesh1' };
    expect(metadata).toEqual({ name: 'mesh', namespace: 'argocd', labels: { ...common, team: 'mesh' } });
    expect(spec.generators[0].merge.generators[0].list.elements.map((element: any) => element.application.metadata)).toEqual([
      { labels: { ...common, team: 'mesh' }, annotations: { note: 'all' }, finalizers: [] },
      { labels: { ...common, region: 'east', team: 'mesh' }, annotations: { note: 'all' }, finalizers: [] },
    ]);
  });

  test('is refused where labels of an Application set the label of its steps', () => {
    const error = /MESH037 GitOps of 'cluster[12]': labels set the label of the rollout: got "?stage/;
    expect(() => written({ gitOps: argo({ labels: { stage: 'canary' } }) })).toThrow(error);
    expect(() => written({ gitOps: argo() }, undefined, { cluster2: { labels: { stage: 'canary' } } })).toThrow(error);
  });

  test('has a step for each value of the label, and a last one for all other clusters', () => {
    const rollout = { ...ROLLOUT, maxUpdate: '25%', name: 'east' };
    const { objects } = written({ gitOps: argo({ labels: { team: 'mesh' }, rollout }) });
    const { metadata, spec } = objects.get(SET.replace('mesh.yaml', 'east.yaml'));
    spec.generators = undefined;
    expect({ metadata, spec }).toMatchSnapshot();
    const counted = written({ gitOps: argo({ rollout: { ...ROLLOUT, maxUpdate: '2' } }) }).objects.get(SET);
    expect(counted.spec.strategy.rollingSync.steps.map((step: any) => step.maxUpdate)).toEqual([2, 2, 2]);
  });

  test('is the same in every order of declaration', () => {
    const [one, other] = [['cluster1', 'cluster2'], ['cluster2', 'cluster1']].map(clusters => written({ gitOps: argo() }, clusters));
    const elements = ({ objects }: typeof one) => objects.get(SET).spec.generators[0].merge.generators[0].list.elements;
    expect(elements(other).map(({ name }: any) => name)).toEqual(elements(one).map(({ name }: any) => name));
  });

  test('keeps the finalizer of an Application whose deletion cleans up, and the AppProjects', () => {
    const { objects } = written({ gitOps: argo({ ownProject: true }), cleanup: { argoCdHook: true } });
    expect([...objects.keys()]).toEqual([
      'argocd/AppProject.argoproj.io_argocd_mesh-cluster1.yaml', 'argocd/AppProject.argoproj.io_argocd_mesh-cluster2.yaml', SET,
    ]);
    const [{ application }] = objects.get(SET).spec.generators[0].merge.generators[0].list.elements;
    expect(application).toMatchObject({
      project: 'mesh-cluster1', metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    });
  });

  test('of one name must be the same for all clusters', () => {
    const other = (rollout: ArgoCdOptions['rollout']) => () => (
      written({ gitOps: argo() }, undefined, { cluster2: { gitOps: argo({ rollout }) } })
    );
    expect(other({ ...ROLLOUT, order: ['production'] })).toThrow(/MESH037 GitOps of 'cluster2'.*rollouts of one name that differ/);
    expect(other({ ...ROLLOUT, order: ['production'], name: 'other' })).not.toThrow();
  });

  test.each<[string, Partial<ArgoCdOptions>, RegExp]>([
    ['without a hub', { hub: false }, /MESH037 .*rollout without hub/],
    ['with automated: false', { automated: false }, /MESH037 .*automated: false/],
    ['with selfHeal: false', { selfHeal: false }, /MESH037 .*selfHeal: false/],
    ['without a step', { rollout: { label: 'stage', order: [] } }, /MESH037 .*no step/],
    ['with a step twice', { rollout: { label: 'stage', order: ['a', 'a'] } }, /MESH037 .*each once/],
    ['with an empty value', { rollout: { label: 'stage', order: ['a', ''] } }, /MESH037 /],
    ['with a label that no object has', { rollout: { label: 'a b', order: ['a'] } }, /MESH001 /],
    ['with a template as its label', { rollout: { label: '{{ x }}', order: ['a'] } }, /MESH001 /],
    ['with a value that no label has', { rollout: { label: 'stage', order: ['a b'] } }, /MESH001 /],
    ['with a name that no object has', { rollout: { ...ROLLOUT, name: 'A' } }, /MESH001 /],
    ...['0', '0%', '101%', '-1', '1.5', 'x', ''].map((maxUpdate): [string, Partial<ArgoCdOptions>, RegExp] => [
      `that updates ${JSON.stringify(maxUpdate)} at once`, { rollout: { ...ROLLOUT, maxUpdate } }, /MESH037 .*maxUpdate/,
    ]),
  ])('%s is refused', (_, options, error) => {
    expect(() => argo(options)).toThrow(error);
  });
});

describe('an OCI artifact for Flux', () => {
  const specOf = (oci: Partial<FluxOci>) => written({ gitOps: GitOps.flux({ oci: { url: URL, ...oci } }) }, ['cluster1']).objects
    .get('flux/cluster1/OCIRepository.source.toolkit.fluxcd.io_flux-system_cluster1-source.yaml').spec;

  test('is the source of every Kustomization, with its folder at the root', () => {
    const { objects, summary } = written({ gitOps: GitOps.flux({ istioVersion: '1.31.4', oci: { url: URL } }) }, ['cluster1']);
    const kustomizations = [...objects.values()].filter(({ kind }) => kind === 'Kustomization');
    expect(kustomizations.map(({ spec }) => [spec.sourceRef, spec.path])).toEqual([
      './flux/cluster1/istio', './cluster1', './cluster1', './cluster1',
    ].map(path => [{ kind: 'OCIRepository', name: 'cluster1-source' }, path]));
    expect(summary).toMatch(/push \S+ as an artifact to oci:\/\/registry\.example\.com\/mesh, and let Flux apply/);
    const below = written({ gitOps: GitOps.flux({ path: 'dist', oci: { url: URL } }) }, ['cluster1']).objects;
    const mesh = below.get('flux/cluster1/Kustomization.kustomize.toolkit.fluxcd.io_flux-system_cluster1-mesh.yaml');
    expect(mesh.spec.path).toBe('./dist/cluster1');
  });

  test('of a hub has an OCIRepository for each cluster', () => {
    const { objects } = written({ gitOps: GitOps.flux({ hub: true, namespace: 'flux', oci: { url: URL } }) });
    expect([...objects.values()].filter(({ kind }) => kind === 'OCIRepository').map(({ metadata }) => metadata)).toEqual([
      expect.objectContaining({ name: 'cluster1-source', namespace: 'flux' }),
      expect.objectContaining({ name: 'cluster2-source', namespace: 'flux' }),
    ]);
  });

  test('has the tag, the credentials and the signers that are declared', () => {
    expect(specOf({})).toEqual({ interval: '1m', url: URL, ref: { tag: 'latest' } });
    const secrets = { secretName: 'registry', certSecretName: 'registry-ca' };
    expect(specOf({ tag: 'production', provider: FluxOciProvider.GENERIC, ...secrets })).toEqual({
      interval: '1m',
      url: URL,
      ref: { tag: 'production' },
      provider: 'generic',
      secretRef: { name: 'registry' },
      certSecretRef: { name: 'registry-ca' },
    });
    expect(specOf({ semver: '>=1.0.0 <2.0.0', provider: FluxOciProvider.AWS, verify: { secretName: 'cosign-keys' } })).toEqual({
      interval: '1m',
      url: URL,
      ref: { semver: '>=1.0.0 <2.0.0' },
      provider: 'aws',
      verify: { provider: 'cosign', secretRef: { name: 'cosign-keys' } },
    });
  });

  test('is accepted from an identity as a whole, not from one whose name contains it', () => {
    const subject = 'https://github.com/example/mesh/.github/workflows/mesh.yml@refs/heads/main';
    const issuer = 'https://token.actions.githubusercontent.com';
    const { verify } = specOf({ verify: { identities: [{ issuer, subject }] } });
    const [{ subject: pattern, issuer: issuers }] = verify.matchOIDCIdentity;
    expect([subject, `${subject}2`, `x${subject}`, subject.replace('.yml', '-yml')].map(text => new RegExp(pattern).test(text)))
      .toEqual([true, false, false, false]);
    expect(new RegExp(issuers).test(issuer)).toBe(true);
  });

  test.each<[string, Partial<FluxOci>, RegExp]>([
    ['a URL that is none of a registry', { url: 'https://registry.example.com/mesh' }, /MESH037 .*place of an OCI artifact/],
    ['a registry without a path', { url: 'oci://registry.example.com' }, /MESH037 /],
    ['a URL with a tag', { url: `${URL}:latest` }, /MESH037 /],
    ['a URL with credentials', { url: 'oci://user:secret@registry.example.com/mesh' }, /MESH037 /],
    ['a URL with a token', { url: 'oci://user-secret@registry.example.com/mesh' }, /MESH037 /],
    ['a tag that no registry has', { tag: 'a b' }, /MESH037 .*invalid tag/],
    ['a range without a number', { semver: 'x' }, /MESH037 .*range of versions/],
    ['a tag beside a range', { tag: 'a', semver: '1.x' }, /MESH037 .*both tag and semver/],
    ['a Secret beside a provider', { secretName: 'a', provider: FluxOciProvider.GCP }, /MESH037 .*leave secretName out/],
    ['a Secret of no valid name', { secretName: 'A' }, /MESH001 /],
    ['a verification that accepts anybody', { verify: {} }, /MESH037 .*nobody in particular/],
    ['a verification with no identities', { verify: { identities: [] } }, /MESH037 .*nobody in particular/],
    ['keys beside identities', { verify: { secretName: 'a', identities: [{ issuer: 'a', subject: 'b' }] } }, /MESH037 .*both secretName/],
  ])('with %s is refused', (_, oci, error) => {
    expect(() => GitOps.flux({ oci: { url: URL, ...oci } })).toThrow(error);
    expect(() => GitOps.flux({ oci: { url: URL, ...oci } })).not.toThrow(/user.secret/);
  });

  test('beside a GitRepository is refused', () => {
    expect(() => GitOps.flux({ source: 'mesh', oci: { url: URL } })).toThrow(/MESH037 .*both source and oci/);
  });
});
