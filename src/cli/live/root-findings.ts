import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { soonEnding, Soon } from './ending';
import type { LiveCluster } from './live-cluster';
import { objectAt } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { readCertificates } from '../../pki/certificate';
import { PKI } from '../../pki/pki-folder';
import type { Finding } from '../../written/finding';
import { fingerprintsIn } from '../discover/istio';

/** Roots that the workloads of a cluster trust. */
export interface TrustedRoots {
  readonly pem: string;
  readonly fingerprints: string[];
}

/** Roots by the name of the cluster. */
export type ClusterRoots = ReadonlyMap<string, TrustedRoots>;

/** Where istiod publishes the roots, in every namespace. */
const ROOT_CONFIG_MAP = 'istio-ca-root-cert';

/**
 * The roots that the workloads of a cluster trust.
 * @throws NoAccess where kubectl fails
 */
export async function trustedRoots({ kubectl, written }: LiveCluster): Promise<TrustedRoots> {
  const namespace = `--namespace=${written.settings.istioNamespace}`;
  const [configMap] = await kubectl.get('read the roots of the mesh', 'configmaps', ROOT_CONFIG_MAP, namespace);
  const pem = String(objectAt(configMap?.data)['root-cert.pem'] ?? '');
  return { pem, fingerprints: fingerprintsIn(pem) };
}

/** Clusters that trust no common root, a root that is not that of pki/, and roots that end soon. */
export function rootFindings(roots: ClusterRoots, pki: string, soon: Soon): Finding[] {
  const entries = [...roots].sort(([a], [b]) => a < b ? -1 : 1);
  const pairs = entries.flatMap((one, i) => entries.slice(i + 1).map(other => [one, other] as const));
  const declared = join(pki, PKI.root);
  const wanted = existsSync(declared) ? fingerprintsIn(readFileSync(declared, 'utf8')) : undefined;
  return [
    ...entries.filter(([, { fingerprints }]) => fingerprints.length === 0).map(([cluster]) => differing(cluster, {
      what: `ConfigMap ${ROOT_CONFIG_MAP} holds no root`,
      got: 'no certificate',
      expected: 'the root of the mesh',
    })),
    ...pairs.filter(([[, one], [, other]]) => haveRoots(one, other) && !isCommon(one.fingerprints, other.fingerprints)).map(
      ([[first, one], [second, other]]) => differing(`${first} and ${second}`, {
        what: 'the clusters trust no common root, so workloads of one refuse those of the other',
        got: [...one.fingerprints, ...other.fingerprints].map(shown),
        expected: 'one root in both clusters',
      }),
    ),
    ...wanted === undefined ? [] : entries.filter(([, { fingerprints }]) => fingerprints.length > 0 && !isCommon(fingerprints, wanted)).map(
      ([cluster, { fingerprints }]) => differing(cluster, {
        what: `the root of the cluster is not that of ${declared}`,
        got: fingerprints.map(shown),
        expected: wanted.map(shown).join(', '),
      }),
    ),
    ...entries.flatMap(([cluster, { pem }]) => pem === '' ? [] : readable(pem).flatMap(
      ({ x509 }) => soonEnding(x509, { ...soon, where: `${cluster}, root`, isCa: true }),
    )),
  ];
}

function differing(where: string, parts: Pick<Finding, 'what' | 'got' | 'expected'>): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.ROOTS_DIFFER,
    where,
    ...parts,
    fix: 'see whether each istiod runs with its CA, and repair the one that does not: docs/how-to/repair-a-self-signed-istiod.md',
  };
}

function haveRoots(...roots: TrustedRoots[]): boolean {
  return roots.every(({ fingerprints }) => fingerprints.length > 0);
}

function isCommon(one: string[], other: string[]): boolean {
  return one.some(fingerprint => other.includes(fingerprint));
}

function readable(pem: string) {
  try {
    return readCertificates(pem);
  } catch {
    return [];
  }
}

function shown(fingerprint: string): string {
  return `SHA256:${fingerprint.slice(0, 16)}...`;
}
