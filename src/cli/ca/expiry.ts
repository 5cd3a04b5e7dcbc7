import { join } from 'path';
import type { CaContext } from './context';
import { encryptionOf, validSealingCert } from './encryption-settings';
import { MeshError, MeshErrors, problemsOf } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';
import { bundleProblems } from '../../pki/ca-bundle';
import { Certificate, certificatesOf, shownName } from '../../pki/certificate';
import type { CaBundle, ClusterCa } from '../../pki/cluster-ca';
import { dirOption, PKI, rootsOf } from '../../pki/pki-folder';

/** Page that says how a root that has expired is replaced. */
export const EXPIRED_ROOT_PAGE = 'docs/how-to/replace-the-root.md, "A root that has expired"';

/** Whether a certificate has expired. */
export function hasExpired({ notAfter }: Certificate, { environment }: Pick<CaContext, 'environment'>): boolean {
  return notAfter < environment.now();
}

/**
 * Refuses to sign with a root that has expired: no verifier would accept the certificate.
 * @throws MESH034 for such a root
 */
export function refuseExpiredRoot(context: CaContext, root: Certificate): void {
  if (!hasExpired(root, context)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.ROTATION,
    where: `root ${shownName(root.x509.subject)}`,
    what: 'the root has expired, so it can sign no CA',
    got: `valid until ${root.notAfter.toISOString()}`,
    expected: `valid at ${context.environment.now().toISOString()}`,
    fix: `replace the root: run istio-mesh ca rotate-root introduce${dirOption(context.pki)}, then switch and retire without waiting `
      + `(${EXPIRED_ROOT_PAGE})`,
  });
}

/**
 * Refuses a step of a root replacement while a cluster has files that no command could write again, before the step changes
 * anything. A CA that has expired is no such reason: it is about to be replaced.
 * @throws MESH029 for an invalid bundle, MESH033 for a sealing certificate that is not valid
 */
export function refuseUnwritableClusters(context: CaContext, clusters: ClusterCa[]): void {
  const problems = clusters.flatMap(ca => [...bundleProblems(ca, `cluster '${ca.cluster}'`), ...sealingProblems(context, ca)]);
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
}

/** Prints that the CA which a command keeps has expired, and what to run. */
export function printExpiry(context: CaContext, cluster: string, bundle: CaBundle): void {
  const [certificate] = certificatesOf(bundle.caCert, PKI.caCert);
  if (!hasExpired(certificate, context)) {
    return;
  }
  const { signing } = rootsOf(bundle);
  const fix = signing && hasExpired(signing, context)
    ? `the root of this CA has expired too: replace it (${EXPIRED_ROOT_PAGE})`
    : `run istio-mesh ca renew ${cluster}${dirOption(context.pki)}`;
  const folder = join(context.pki, PKI.clusters, cluster);
  context.print(`${folder}: the CA has expired at ${certificate.notAfter.toISOString()}, and istiod refuses it; ${fix}`);
}

function sealingProblems({ pki, environment }: CaContext, ca: ClusterCa): Problem[] {
  const { sealingCert } = encryptionOf(ca);
  if (sealingCert === undefined) {
    return [];
  }
  try {
    validSealingCert(sealingCert, join(ca.folder, PKI.sealingCert), environment.now());
    return [];
  } catch (error) {
    const fix = 'fetch the certificate with kubeseal --fetch-cert, '
      + `and run istio-mesh ca reseal ${ca.cluster} --sealing-cert <file>${dirOption(pki)}`;
    return problemsOf(error).map(problem => ({ ...problem, fix }));
  }
}
