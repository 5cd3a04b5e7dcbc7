import type { EngineObject, EngineTarget, GitOpsEngine } from './engine';
import { chartProblems, helmFiles } from './helm-charts';
import type { CommonSettings } from './settings';
import { selectionsOf, Stage, STAGES } from './stages';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** What Flux is told, found valid. */
export interface FluxSettings extends CommonSettings {
  readonly source: string;
  readonly namespace: string;
  readonly decryptionSecret: string;
}

const STEP = 'cdk8s-istio-multicluster/stage';
const INTERVAL = '10m';
const RETRY = { name: 'RetryOnFailure', retryInterval: '1m' };

/** A SealedSecret says in a condition of its own whether its secret is there; Flux would take it for ready at once. */
const UNSEALED = {
  apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', current: "has(status.conditions) && status.conditions.exists(c, c.type == 'Synced' && c.status == 'True')",
};

/** A Kustomization of a cluster; each one waits for the one before it. */
type Step = 'trust' | 'istio' | 'mesh' | 'workloads';

const STEPS: Step[] = ['trust', 'istio', 'mesh', 'workloads'];

/** The Kustomization that applies a stage. */
const STEP_OF: { readonly [stage in Stage]: Step } = {
  namespaces: 'trust', trust: 'trust', dns: 'mesh', rules: 'mesh', entries: 'mesh', rest: 'workloads',
};

/**
 * Kustomizations of a cluster's folder, each for a part of it, and HelmReleases of Istio's charts between them. A
 * HelmRelease cannot wait for a Kustomization, so the HelmReleases are a folder that a Kustomization applies in its turn.
 */
export function flux(settings: FluxSettings): GitOpsEngine {
  const root = (cluster: string) => settings.hub ? 'flux' : `flux/${cluster}`;
  return {
    root,
    name: 'Flux',
    path: settings.path,
    runsHooks: false,
    installsIstio: settings.istioVersion !== undefined,
    problems: target => [...chartProblems(settings, target), ...longNames(settings, target)],
    folders: target => {
      const istio = `flux/${target.cluster}/istio`;
      const releases = helmReleases(settings, target);
      const folder = { path: root(target.cluster), shared: settings.hub, objects: kustomizations(settings, target, releases && istio) };
      return [folder, ...releases ? [{ path: istio, shared: false, objects: releases }] : []];
    },
  };
}

/** Flux labels what it applies by the names of its own objects, and a label ends at 63 characters. */
function longNames(settings: FluxSettings, target: EngineTarget): Problem[] {
  const objects = [...kustomizations(settings, target, undefined), ...helmReleases(settings, target) ?? []];
  const over = Math.max(...objects.map(({ metadata }) => metadata.name.length)) - 63;
  if (over <= 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS, where: `GitOps of '${target.cluster}'`, what: 'a cluster name that is too long for Flux', got: target.cluster, expected: `at most ${target.cluster.length - over} characters: Flux labels objects by names that begin with it`, fix: 'give the cluster a shorter name',
  }];
}

function kustomizations(settings: FluxSettings, target: EngineTarget, istio: string | undefined): EngineObject[] {
  const names = STEPS.filter(step => step !== 'istio' || istio);
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
        // What goes from the folder is pruned; with the Kustomization, as when another engine takes over, nothing goes.
        deletionPolicy: 'Orphan',
        // HelmReleases live beside Flux itself, and reach the cluster from there.
        ...step !== 'istio' && remote(settings, target),
        ...step === 'trust' && {
          ...target.trust === 'sealed-secrets' && { healthCheckExprs: [UNSEALED] },
          ...target.trust === 'sops' && { decryption: { provider: 'sops', secretRef: { name: settings.decryptionSecret } } },
        },
        ...step !== 'istio' && { patches: onlyStep(step, target) },
      },
    };
  });
}

/** Marks every object with its step, and leaves out those of other steps. */
function onlyStep(step: Step, target: EngineTarget): object[] {
  const patch = (fields: string) => `apiVersion: any\nkind: any\nmetadata:\n  name: any\n${fields}`;
  const mark = (name: Step, selection: object) => ({ target: selection, patch: patch(`  annotations:\n    ${STEP}: ${name}\n`) });
  const selections = selectionsOf(target.istioNamespace);
  // An object without a mark belongs to no other step.
  const unmarked = (stage: Stage) => stage === 'rest' ? { annotationSelector: `!${STEP}` } : {};
  const marks = STAGES.flatMap(stage => selections[stage].map(selection => mark(STEP_OF[stage], { ...selection, ...unmarked(stage) })));
  return [...marks, { target: { kind: '.*', annotationSelector: `${STEP}!=${step}` }, patch: `$patch: delete\n${patch('')}` }];
}

/** None when nothing is installed by Flux; an empty list once Istio is to go, since what is gone from the folder is removed. */
function helmReleases(settings: FluxSettings, target: EngineTarget): EngineObject[] | undefined {
  const files = helmFiles(settings, target);
  if (files.length === 0) {
    return target.leaving && settings.istioVersion !== undefined ? [] : undefined;
  }
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
        // A gateway waits for its load balancer, and its pods for istiod: to uninstall it between two tries would give it another address.
        install: { strategy: RETRY },
        upgrade: { strategy: RETRY },
        values: content,
      },
    };
  })];
}

function remote({ hub }: FluxSettings, { cluster }: EngineTarget): object {
  return hub ? { kubeConfig: { secretRef: { name: `${cluster}-kubeconfig` } } } : {};
}
