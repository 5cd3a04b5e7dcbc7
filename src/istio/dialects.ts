import { CurrentDialect } from './current/dialect';
import type { Dialect } from './dialect';
import { GuideDialect } from './v1-5/dialect';
import { IstioRelease } from '../model/istio-release';

const GUIDE = new GuideDialect();
const CURRENT = new CurrentDialect();

/** Dialect that renders the manifests of a release. */
export function dialectOf(release: IstioRelease): Dialect {
  return release.version === IstioRelease.V1_5.version ? GUIDE : CURRENT;
}
