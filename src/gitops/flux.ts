import type { EngineObject, EngineTarget, GitOpsEngine } from './engine';
import { chartProblems, helmFiles } from './helm-charts';
import type { CommonSettings } from './settings';
import { stages } from './stages';

/** What Flux is told, found valid. */
export interface FluxSettings extends CommonSettings {
  readonly source: string;
  readonly namespace: string;
  readonly decryptionSecret: string;
}

const STAGE = 'cdk8s-istio-multicluster/stage';
const INTERVAL = '10m';

/** A SealedSecret says in a condition of its own whether its secret is there; Flux would take it for ready at once. */
const UNSEALED = {
  apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', current: "has(status.conditions) && status.conditions.exists(c, c.type == 'Synced' && c.status == 'True')",
};

/** The step in which a stage is applied: a Kustomization for each, which waits for the one before. */
const STEP_OF: { [stage: string]: string } = { namespaces: 'trust', trust: 'trust', dns: 'mesh', rules: 'mesh', entries: 'mesh' };

/**
 * Kustomizations of a cluster's folder, each for a part of it, and HelmReleases of Istio's charts between them. A
 * HelmRelease cannot wait for a Kustomization, so the HelmReleases are a folder that a Kustomization applies in its turn.
 */
export function flux(settings: FluxSettings): GitOpsEngine {
  const root = (cluster: string) => settings.hub ? 'flux' : `flux/${cluster}`;
  return {
    root,
    name: 'Flux',
    runsHooks: false,
    installsIstio: settings.istioVersion !== undefined,
    problems: target => chartProblems(settings, target),
    folders: target => {
      const istio = `flux/${target.cluster}/istio`;
      const releases = helmReleases(settings, target);
      const has = releases.length > 0;
      const folder = { path: root(target.cluster), shared: settings.hub, objects: kustomizations(settings, target, has ? istio : undefined) };
      return [folder, ...has ? [{ path: istio, shared: false, objects: releases }] : []];
    },
  };
}

function kustomizations(settings: FluxSettings, target: EngineTarget, istio: string | undefined): EngineObject[] {
  const names = ['trust', ...istio ? ['istio'] : [], 'mesh', 'workloads'];
  return names.map((step, i) => {
    const before = names[i - 1];
    return {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: `${target.cluster}-${step}`, namespace: settings.namespace },
      spec: {
        interval: INTERVAL,
        retryInterval: '1m',
        timeout: '5m',
        prune: true,
        // Workloads are the user's: one that does not start is no reason to call the mesh not ready.
        wait: step !== 'workloads',
        ...before && { dependsOn: [{ name: `${target.cluster}-${before}` }] },
        sourceRef: { kind: 'GitRepository', name: settings.source },
        path: `./${settings.inRepo(step === 'istio' ? istio! : target.cluster)}`,
        // HelmReleases live beside Flux itself, and reach the cluster from there.
        ...step !== 'istio' && remote(settings, target),
        ...step === 'trust' && {
          // With the Kustomization would go the CA, and with it the identity of every workload.
          deletionPolicy: 'Orphan',
          ...target.trust === 'sealed-secrets' && { healthCheckExprs: [UNSEALED] },
          ...target.trust === 'sops' && { decryption: { provider: 'sops', secretRef: { name: settings.decryptionSecret } } },
        },
        ...step !== 'istio' && { patches: onlyStep(step, target) },
      },
    };
  });
}

/** Marks every object with its step, and leaves out those of other steps. */
function onlyStep(step: string, target: EngineTarget): object[] {
  const patch = (fields: string) => `apiVersion: any\nkind: any\nmetadata:\n  name: any\n${fields}`;
  const mark = (name: string, selection: object) => ({ target: selection, patch: patch(`  annotations:\n    ${STAGE}: ${name}\n`) });
  const marks = stages(target.istioNamespace).flatMap(({ name, selections }) => selections.map(selection => mark(STEP_OF[name], selection)));
  const rest = mark('workloads', { kind: '.*', annotationSelector: `!${STAGE}` });
  return [...marks, rest, { target: { kind: '.*', annotationSelector: `${STAGE}!=${step}` }, patch: `$patch: delete\n${patch('')}` }];
}

function helmReleases(settings: FluxSettings, target: EngineTarget): EngineObject[] {
  const files = helmFiles(settings, target);
  if (files.length === 0) {return [];}
  const { namespace, charts, istioVersion } = settings;
  const own = (name: string) => `${target.cluster}-${name}`;
  const repository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata: { name: own('istio'), namespace }, spec: { interval: '1h', url: charts },
  };
  const istiod = files.find(({ helm }) => helm.chart === 'istiod');
  const base = files.find(({ helm }) => helm.chart === 'base');
  const before = (chart: string) => chart === 'gateway' ? istiod : chart === 'istiod' ? base : undefined;
  return [repository, ...files.map(({ helm, content }): EngineObject => {
    const needs = before(helm.chart);
    return {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: own(helm.name), namespace },
      spec: {
        interval: INTERVAL,
        releaseName: helm.name,
        targetNamespace: helm.namespace,
        storageNamespace: helm.namespace,
        ...needs && { dependsOn: [{ name: own(needs.helm.name) }] },
        ...remote(settings, target),
        chart: { spec: { chart: helm.chart, version: istioVersion, sourceRef: { kind: 'HelmRepository', name: own('istio') } } },
        // A gateway's pods come up once istiod injects them: the first try may be too early.
        install: { remediation: { retries: 5 } },
        upgrade: { remediation: { retries: 5 } },
        values: content,
      },
    };
  })];
}

function remote({ hub }: FluxSettings, { cluster }: EngineTarget): object {
  return hub ? { kubeConfig: { secretRef: { name: `${cluster}-kubeconfig` } } } : {};
}
