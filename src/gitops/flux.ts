import { commitStep, EngineObject, EngineTarget, GitOpsEngine, pushStep } from './engine';
import { ociRepository } from './flux-oci';
import { chartProblems, HelmFile, helmFiles } from './helm-charts';
import type { EngineSettings } from './settings';
import { selectionsOf, Stage, STAGES } from './stages';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Valid settings of Flux. */
export interface FluxSettings extends EngineSettings {
  /** Name of the GitRepository; not used with an OCIRepository. */
  readonly source: string;
  /** Spec of an OCIRepository of each cluster; undefined for the GitRepository. */
  readonly oci?: { readonly url: string };
  readonly namespace: string;
  readonly decryptionSecret: string;
  /** ServiceAccount that Flux acts as; undefined for its own permissions. */
  readonly serviceAccountName?: string;
}

const STEP_ANNOTATION = 'cdk8s-istio-multicluster/stage';
const INTERVAL = '10m';
const RETRY = { name: 'RetryOnFailure', retryInterval: '1m' };

/** Longest value of a label. Flux labels objects with the name of the Kustomization or HelmRelease that applied them. */
const LONGEST_LABEL = 63;

/**
 * Health check of a SealedSecret. A condition of the SealedSecret tells whether its Secret exists. Without the check, Flux
 * takes the SealedSecret for ready at once.
 */
const SECRET_IS_UNSEALED = {
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  current: "has(status.conditions) && status.conditions.exists(c, c.type == 'Synced' && c.status == 'True')",
};

/** A Kustomization of a cluster. */
type Step = 'trust' | 'istio' | 'mesh' | 'workloads';

/** The Kustomizations of a cluster. Each one waits for the previous one. */
const STEPS: Step[] = ['trust', 'istio', 'mesh', 'workloads'];

/** The Kustomization that applies a stage. */
const STEP_OF: { readonly [stage in Stage]: Step } = {
  namespaces: 'trust', trust: 'trust', dns: 'mesh', rules: 'mesh', entries: 'mesh', rest: 'workloads',
};

/**
 * Flux with Kustomizations that each apply a part of the cluster's folder, and HelmReleases of Istio's charts between them. A
 * HelmRelease cannot wait for a Kustomization, so the HelmReleases are in a folder of their own that a Kustomization applies.
 */
export function flux(settings: FluxSettings): GitOpsEngine {
  const name = 'Flux';
  const { path, hub } = settings;
  const folderOf = (cluster: string) => hub ? 'flux' : `flux/${cluster}`;
  return {
    name,
    runsHooks: false,
    installsIstio: settings.istioVersion !== undefined,
    problems: target => [...chartProblems(settings, target), ...nameProblems(settings, target)],
    folders: target => {
      const istioFolder = `flux/${target.cluster}/istio`;
      const releases = istioObjects(settings, target);
      const objects = [...sources(settings, target), ...kustomizations(settings, target, releases && istioFolder)];
      const folder = { path: folderOf(target.cluster), shared: hub, inHub: hub, objects };
      return [folder, ...releases ? [{ path: istioFolder, shared: false, inHub: hub, objects: releases }] : []];
    },
    applyStep: (cluster, outdir) => settings.oci === undefined
      ? commitStep({ engine: name, outdir, path, folder: folderOf(cluster) })
      : pushStep({ engine: name, outdir, url: settings.oci.url, folder: folderOf(cluster) }),
  };
}

/** Name of the OCIRepository of a cluster. */
function sourceName({ cluster }: EngineTarget): string {
  return `${cluster}-source`;
}

function sources({ oci, namespace }: FluxSettings, target: EngineTarget): EngineObject[] {
  return oci === undefined ? [] : [ociRepository(sourceName(target), namespace, oci)];
}

function nameProblems(settings: FluxSettings, target: EngineTarget): Problem[] {
  const { cluster } = target;
  const objects = [...kustomizations(settings, target, undefined), ...istioObjects(settings, target) ?? []];
  const excess = Math.max(...objects.map(({ metadata }) => metadata.name.length)) - LONGEST_LABEL;
  if (excess <= 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS,
    where: `GitOps of '${cluster}'`,
    what: 'the cluster name is too long for Flux, which labels objects with names that begin with it',
    got: cluster,
    expected: `at most ${cluster.length - excess} characters`,
    fix: 'give the cluster a shorter name',
  }];
}

/** The Kustomizations of a cluster; the one of Istio is left out when there is no folder of HelmReleases. */
function kustomizations(settings: FluxSettings, target: EngineTarget, istioFolder: string | undefined): EngineObject[] {
  const steps = STEPS.filter(step => step !== 'istio' || istioFolder !== undefined);
  const nameOf = (step: Step) => `${target.cluster}-${step}`;
  return steps.map((step, i) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: nameOf(step), namespace: settings.namespace },
    spec: {
      interval: INTERVAL,
      retryInterval: '1m',
      timeout: '5m',
      prune: true,
      // A workload of the user that does not start is no reason to report the mesh as not ready.
      wait: step !== 'workloads',
      ...i > 0 && { dependsOn: [{ name: nameOf(steps[i - 1]) }] },
      ...serviceAccount(settings),
      sourceRef: settings.oci === undefined
        ? { kind: 'GitRepository', name: settings.source }
        : { kind: 'OCIRepository', name: sourceName(target) },
      path: `./${settings.inRepo(step === 'istio' ? istioFolder! : target.cluster)}`,
      // Objects that leave the folder are pruned. Objects stay when the Kustomization is deleted, so another engine can take over.
      deletionPolicy: 'Orphan',
      // The Kustomization of Istio applies HelmReleases to the cluster of Flux itself. They reach the other cluster from there.
      ...step !== 'istio' && { ...kubeConfig(settings, target), ...step === 'trust' && secretHandling(settings, target) },
      ...step !== 'istio' && { patches: stepPatches(step, target) },
    },
  }));
}

/** Fields of the Kustomization of the CA: how Flux decrypts its Secret, or waits for it. */
function secretHandling({ decryptionSecret }: FluxSettings, { trust }: EngineTarget): object {
  if (trust === 'sops') {
    return { decryption: { provider: 'sops', secretRef: { name: decryptionSecret } } };
  }
  return trust === 'sealed-secrets' ? { healthCheckExprs: [SECRET_IS_UNSEALED] } : {};
}

/** Patches that annotate every object with its step, and remove the objects of other steps. */
function stepPatches(step: Step, target: EngineTarget): object[] {
  const patch = (fields: string) => `apiVersion: any\nkind: any\nmetadata:\n  name: any\n${fields}`;
  const annotate = (name: Step) => patch(`  annotations:\n    ${STEP_ANNOTATION}: ${name}\n`);
  const selections = selectionsOf(target.istioNamespace);
  // The stage `rest` selects every object. Only those without the annotation belong to it.
  const unannotated = (stage: Stage) => stage === 'rest' ? { annotationSelector: `!${STEP_ANNOTATION}` } : {};
  const annotations = STAGES.flatMap(stage => selections[stage].map(
    selection => ({ target: { ...selection, ...unannotated(stage) }, patch: annotate(STEP_OF[stage]) }),
  ));
  const others = { kind: '.*', annotationSelector: `${STEP_ANNOTATION}!=${step}` };
  return [...annotations, { target: others, patch: `$patch: delete\n${patch('')}` }];
}

/**
 * Objects that install Istio; undefined when Flux does not install it. The list is empty once the control plane is retired:
 * Flux uninstalls a release that leaves the folder.
 */
function istioObjects(settings: FluxSettings, target: EngineTarget): EngineObject[] | undefined {
  const files = helmFiles(settings, target);
  if (files.length === 0) {
    return target.isControlPlaneRetired && settings.istioVersion !== undefined ? [] : undefined;
  }
  const nameOf = (name: string) => `${target.cluster}-${name}`;
  const repository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: nameOf('istio'), namespace: settings.namespace },
    spec: { interval: '1h', url: settings.charts.url, ...settings.charts.isOci && { type: 'oci' } },
  };
  // A gateway needs istiod to inject its pods, and istiod needs the CRDs of the base chart.
  const neededBy: { readonly [chart: string]: string | undefined } = { gateway: 'istiod', istiod: 'base' };
  return [repository, ...files.map(file => {
    const needed = files.find(({ helm }) => helm.chart === neededBy[file.helm.chart]);
    return helmRelease(settings, target, { ...file, nameOf, needed: needed?.helm.name });
  })];
}

/** A release of Istio's charts in a cluster. */
interface Release extends HelmFile {
  /** Returns the name of the object for a release or a repository. */
  readonly nameOf: (name: string) => string;
  /** Release that must be installed first; undefined for none. */
  readonly needed?: string;
}

function helmRelease(settings: FluxSettings, target: EngineTarget, { helm, content, nameOf, needed }: Release): EngineObject {
  const sourceRef = { kind: 'HelmRepository', name: nameOf('istio') };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: nameOf(helm.name), namespace: settings.namespace },
    spec: {
      interval: INTERVAL,
      releaseName: helm.name,
      targetNamespace: helm.namespace,
      storageNamespace: helm.namespace,
      ...needed !== undefined && { dependsOn: [{ name: nameOf(needed) }] },
      ...serviceAccount(settings),
      ...kubeConfig(settings, target),
      chart: { spec: { chart: helm.chart, version: settings.istioVersion, sourceRef } },
      // A gateway waits for its load balancer. Uninstalling it between two attempts would give the load balancer another address.
      install: { strategy: RETRY },
      upgrade: { strategy: RETRY },
      values: content,
    },
  };
}

/** Field by which Flux acts as a ServiceAccount. */
function serviceAccount({ serviceAccountName }: FluxSettings): object {
  return serviceAccountName === undefined ? {} : { serviceAccountName };
}

/** Field by which the Flux of a hub reaches another cluster. */
function kubeConfig({ hub }: FluxSettings, { cluster }: EngineTarget): object {
  return hub ? { kubeConfig: { secretRef: { name: `${cluster}-kubeconfig` } } } : {};
}
