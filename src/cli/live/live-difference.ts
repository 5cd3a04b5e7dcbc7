import type { ProxyEndpoint } from './proxy';
import type { Walk } from './walk';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../../written/finding';
import type { Step } from '../../written/way/step';

/** Fix of a difference between a proxy and the files. */
const APPLY = 'apply the folder again, and see with istio-mesh check --live which object differs';

/** A proxy that differs from the files at a step. */
export function difference({ place }: Step, { where }: Walk, parts: Pick<Finding, 'what' | 'got' | 'expected'>): Finding {
  return { severity: 'error', code: MeshErrorCode.LIVE_WAY, where, ...parts, fix: APPLY, place };
}

/** An endpoint of a proxy, by its hostname where it has one. */
export function shown({ address, port, hostname }: ProxyEndpoint): string {
  return `${hostname ?? address}:${port}`;
}
