import type { EngineTarget } from './engine';
import type { CommonSettings } from './settings';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { HelmInstallation, InstallFile } from '../model/install-file';

/** The files of values of the charts that an engine installs; none when it does not install Istio. */
export function helmFiles(
  { istioVersion }: CommonSettings,
  target: EngineTarget,
): Array<InstallFile & { readonly helm: HelmInstallation }> {
  if (istioVersion === undefined || target.leaving) {
    return [];
  }
  return target.files.filter((file): file is InstallFile & { helm: HelmInstallation } => file.helm !== undefined);
}

/** What Helm takes for the name of a release. */
const LONGEST_RELEASE = 53;

/** A version that is not of the cluster's release, charts that nobody publishes, and what Helm or the cluster would refuse. */
export function chartProblems(settings: CommonSettings, target: EngineTarget): Problem[] {
  if (settings.istioVersion === undefined) {
    return [];
  }
  return [
    ...versionProblems(settings.istioVersion, target),
    ...helmFiles(settings, target).flatMap(({ helm }) => releaseProblems(helm, target)),
  ];
}

function releaseProblems({ name, namespace }: HelmInstallation, { cluster, istioNamespace, makes }: EngineTarget): Problem[] {
  const problem = { code: MeshErrorCode.GIT_OPS, where: `GitOps of '${cluster}'` };
  return [
    ...name.length > LONGEST_RELEASE ? [
      {
        ...problem,
        what: 'a Helm release whose name is too long',
        got: name,
        expected: `at most ${LONGEST_RELEASE} characters`,
        fix: 'shorten the revision, or the name of the egress gateway',
      },
    ] : [],
    ...namespace !== istioNamespace && !makes(namespace) ? [
      {
        ...problem,
        what: `nothing makes the namespace of ${name}`,
        got: namespace,
        expected: 'a namespace in the folder',
        fix: `call addNamespace('${namespace}') on ${cluster}`,
      },
    ] : [],
  ];
}

function versionProblems(istioVersion: string, { cluster, istio }: EngineTarget): Problem[] {
  const problem = { code: MeshErrorCode.GIT_OPS, where: `GitOps of '${cluster}'`, got: istioVersion };
  if (!istio.hasCharts) {
    return [
      {
        ...problem,
        what: `Istio ${istio.version} has no charts to install`,
        expected: 'no istioVersion',
        fix: 'leave istioVersion out and install by istioctl, as the guide does',
      },
    ];
  }
  if (istioVersion.startsWith(`${istio.version}.`)) {
    return [];
  }
  return [
    {
      ...problem,
      what: 'a version of another release than the cluster\'s',
      expected: `${istio.version}.x`,
      fix: 'name a patch release of the cluster\'s Istio, or give the cluster a gitOps of its own while clusters are upgraded one by one',
    },
  ];
}
