import { CurrentDialect } from './current/dialect';
import type { Dialect } from './dialect';
import { GuideDialect } from './v1-5/dialect';
import { IstioRelease } from '../model/istio-release';

const GUIDE = new GuideDialect();
const CURRENT = new CurrentDialect({ hasReaderSwitch: true });

/** Dialects of releases that differ from the current one. */
const OTHERS = new Map<IstioRelease['version'], Dialect>([
  [IstioRelease.V1_5.version, GUIDE],
  [IstioRelease.V1_29.version, new CurrentDialect({ hasReaderSwitch: false })],
]);

/** Dialect that renders the manifests of a release. */
export function dialectOf(release: IstioRelease): Dialect {
  return OTHERS.get(release.version) ?? CURRENT;
}
