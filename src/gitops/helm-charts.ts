import type { EngineTarget } from './engine';
import type { EngineSettings } from './settings';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { HelmInstallation, InstallFile } from '../model/install-file';

/** Install values of a Helm chart. */
export type HelmFile = InstallFile & { readonly helm: HelmInstallation };

/** Longest name of a release that Helm accepts. */
const LONGEST_RELEASE = 53;

/** Returns the values of the Helm charts that an engine installs in a cluster; none when it does not install Istio there. */
export function helmFiles({ istioVersion }: EngineSettings, target: EngineTarget): HelmFile[] {
  if (istioVersion === undefined || target.isControlPlaneRetired) {
    return [];
  }
  return target.files.filter((file): file is HelmFile => file.helm !== undefined);
}

/** Returns the reasons why an engine cannot install Istio in a cluster. */
export function chartProblems(settings: EngineSettings, target: EngineTarget): Problem[] {
  if (settings.istioVersion === undefined) {
    return [];
  }
  return [
    ...versionProblems(settings.istioVersion, target),
    ...helmFiles(settings, target).flatMap(({ helm }) => [...nameProblems(helm, target), ...namespaceProblems(helm, target)]),
  ];
}

function versionProblems(istioVersion: string, { cluster, istio }: EngineTarget): Problem[] {
  const problem = { code: MeshErrorCode.GIT_OPS, where: `GitOps of '${cluster}'`, got: istioVersion };
  if (!istio.hasCharts) {
    return [{
      ...problem,
      what: `Istio ${istio.version} has no Helm charts, but istioVersion is set`,
      fix: 'leave istioVersion out, and install Istio by istioctl as the guide does',
    }];
  }
  if (istioVersion.startsWith(`${istio.version}.`)) {
    return [];
  }
  return [{
    ...problem,
    what: 'istioVersion is a version of another release than that of the cluster',
    expected: `${istio.version}.x`,
    fix: 'write a patch release of the cluster\'s Istio, or give the cluster its own gitOps while you upgrade clusters one by one',
  }];
}

function nameProblems({ name }: HelmInstallation, { cluster }: EngineTarget): Problem[] {
  if (name.length <= LONGEST_RELEASE) {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS,
    where: `GitOps of '${cluster}'`,
    what: 'the name of a Helm release is too long',
    got: name,
    expected: `at most ${LONGEST_RELEASE} characters`,
    fix: 'shorten the revision, or the name of the egress gateway',
  }];
}

/** The engine creates no namespace for a Helm release, so the folder must hold the namespace. */
function namespaceProblems({ name, namespace }: HelmInstallation, { cluster, istioNamespace, hasNamespace }: EngineTarget): Problem[] {
  if (namespace === istioNamespace || hasNamespace(namespace)) {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS,
    where: `GitOps of '${cluster}'`,
    what: `the folder of the cluster does not hold the namespace of the Helm release ${name}`,
    got: namespace,
    fix: `call addNamespace('${namespace}') on ${cluster}`,
  }];
}
