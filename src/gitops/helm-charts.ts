import type { EngineTarget } from './engine';
import type { CommonSettings } from './settings';
import type { HelmInstallation, InstallFile } from '../control-plane/install-file';
import { MeshErrorCode, Problem } from '../mesh-error';

/** The files of values of the charts that an engine installs; none when it does not install Istio. */
export function helmFiles({ istioVersion }: CommonSettings, target: EngineTarget): Array<InstallFile & { readonly helm: HelmInstallation }> {
  if (istioVersion === undefined) {return [];}
  return target.files.filter((file): file is InstallFile & { helm: HelmInstallation } => file.helm !== undefined);
}

/** A version that is not of the cluster's release, or charts that nobody publishes. */
export function chartProblems({ istioVersion }: CommonSettings, { cluster, istio }: EngineTarget): Problem[] {
  if (istioVersion === undefined) {return [];}
  const problem = { code: MeshErrorCode.GIT_OPS, where: `GitOps of '${cluster}'`, got: istioVersion };
  if (!istio.hasCharts) {
    return [{ ...problem, what: `Istio ${istio.version} has no charts to install`, expected: 'no istioVersion', fix: 'leave istioVersion out and install by istioctl, as the guide does' }];
  }
  if (istioVersion.startsWith(`${istio.version}.`)) {return [];}
  return [{ ...problem, what: 'a version of another release than the cluster\'s', expected: `${istio.version}.x`, fix: 'name a patch release of the cluster\'s Istio, or give the cluster a gitOps of its own while clusters are upgraded one by one' }];
}
