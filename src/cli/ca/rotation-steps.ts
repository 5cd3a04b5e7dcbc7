import { join } from 'path';
import { AcceptedEncryption, acceptedEncryption } from './accepted-encryption';
import { shapeOf } from './certificate-extensions';
import { openClusterKey, writeCluster } from './cluster-files';
import type { CaContext } from './context';
import { createSignedCa } from './create-ca';
import { encryptionOf, hasRecipient } from './encryption-settings';
import { EXPIRED_ROOT_PAGE, hasExpired, refuseUnwritableClusters } from './expiry';
import type { RootOptions } from './init';
import { introducedRoot, promoteNextRoot, ReplacedRoots } from './next-root';
import { allClusters, refuseUntrustedRoot, Roots } from './roots';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { dirOption, PKI, rootsOf, RotationStep } from '../../pki/pki-folder';

/** Name of a step that replaces the root. */
export type RotationStepName = 'introduce' | 'switch' | 'retire';

/** Options for a step. */
export interface RotateOptions extends RootOptions {
  /** Names of the clusters that take the step now. An empty list means all clusters. */
  readonly clusters: string[];
}

/** Input of a step. */
export interface Rotation {
  readonly context: CaContext;
  readonly roots: Roots;
  /** All clusters of the folder. */
  readonly clusters: ClusterCa[];
  /** Clusters that take the step now. */
  readonly chosen: ClusterCa[];
  readonly options: RotateOptions;
}

/** Input of a step after the introduction of a new root. */
type Replacement = Rotation & { readonly roots: ReplacedRoots };

const SYNTHESIZE = 'Synthesize, commit, and wait until every cluster has the change.';
const HOW_TO_CHECK = '(docs/how-to/replace-the-root.md shows how to check this)';

const AFTER_EXPIRY = 'Synthesize and commit once. In each cluster, wait for the new secret cacerts, then restart istiod, the gateways and '
  + `the workloads, in this order (${EXPIRED_ROOT_PAGE}).`;

/** Makes clusters trust the new root in addition to the current one, which continues to sign. */
export async function introduce({ context, roots, clusters, chosen, options }: Rotation): Promise<void> {
  refuseLateIntroduction(roots, clusters);
  refuseUnwritableClusters(context, chosen);
  const behindNow = chosen.filter(({ rootCert }) => !roots.next || rootCert !== roots.current.pem + roots.next.pem);
  const changing = await withAcceptedEncryption(context, behindNow);
  const next = await introducedRoot(context, roots, options);
  const bundle = roots.current.pem + next.pem;
  for (const [ca, encryption] of changing) {
    await replaceTrustedRoots(context, ca, bundle, encryption);
    context.print(`${ca.folder}: now also trusts ${shownName(next.x509.subject)}`);
  }
  const behind = clustersBehind(context, ca => ca.rootCert === bundle || rootsOf(ca).step === RotationStep.SWITCHED);
  if (hasExpired(roots.current, context)) {
    context.print(`${expiredRoot(roots)} ${behind.length > 0
      ? `First take this step in the other clusters: ${stepCommand(context, 'introduce', behind)}`
      : `Now ${switchAll(context, clusters, { ...roots, next })}`}`);
    return;
  }
  context.print(
    `${SYNTHESIZE} If the mesh was not rotatable before, apply the new install values and restart gateways and workloads.`,
  );
  context.print(behind.length > 0
    ? `Then take this step in the other clusters: ${stepCommand(context, 'introduce', behind)}`
    : `When every proxy trusts both roots ${HOW_TO_CHECK}: ${stepCommand(context, 'switch')}`);
}

/** Makes the new root sign the CAs of clusters, which continue to trust both roots. */
export async function switchRoot({ context, roots, chosen, options }: Replacement): Promise<void> {
  refuseUntrustedRoot(context.pki, roots.next);
  refuseUnwritableClusters(context, chosen);
  const bundle = roots.current.pem + roots.next.pem;
  const switching = chosen.filter(candidate => !hasSwitched(candidate, roots));
  switching.forEach(ca => refuseExternalKey(context, ca, roots));
  for (const [ca, encryption] of await withAcceptedEncryption(context, switching)) {
    const [certificate] = certificatesOf(ca.caCert, ca.folder);
    await createSignedCa(context, ca.cluster, { signing: roots.next, bundle }, shapeOf(certificate), encryption, {
      keySize: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? options.keySize,
      days: options.days,
    });
  }
  const behind = clustersBehind(context, ca => hasSwitched(ca, roots));
  if (hasExpired(roots.current, context)) {
    context.print(`${expiredRoot(roots)} Now ${behind.length > 0
      ? switchCommand(context, behind, roots)
      : stepCommand(context, 'retire')}`);
    return;
  }
  context.print(SYNTHESIZE);
  context.print(behind.length > 0
    ? `Then take this step in the other clusters: ${switchCommand(context, behind, roots)}`
    : `When every workload has a certificate of the new root ${HOW_TO_CHECK}: ${stepCommand(context, 'retire')}`);
}

/** Makes clusters trust only the new root. When all clusters do, the new root becomes the current one. */
export async function retireRoot({ context, roots, clusters, chosen }: Replacement): Promise<void> {
  refuseEarlyRetirement(context, clusters, roots);
  refuseUnwritableClusters(context, chosen);
  for (const [ca, encryption] of await withAcceptedEncryption(context, chosen.filter(candidate => !hasRetired(candidate, roots)))) {
    await replaceTrustedRoots(context, ca, roots.next.pem, encryption);
    context.print(`${ca.folder}: now trusts only ${shownName(roots.next.x509.subject)}`);
  }
  context.print(hasExpired(roots.current, context) ? AFTER_EXPIRY : SYNTHESIZE);
  const behind = clustersBehind(context, ca => hasRetired(ca, roots));
  if (behind.length > 0) {
    context.print(`Then take this step in the other clusters: ${stepCommand(context, 'retire', behind)}`);
    return;
  }
  const retired = promoteNextRoot(context.pki, roots);
  context.print(`${join(context.pki, PKI.root)}: ${shownName(roots.next.x509.subject)}; the retired root is in ${retired}`);
}

/** Why the steps need no wait after the end of the old root. */
function expiredRoot({ current }: Roots): string {
  return `${shownName(current.x509.subject)} has expired, so no cluster accepts a certificate of it, and there is nothing to wait for: `
    + 'do not synthesize yet.';
}

/** Names of the clusters that have not taken a step. */
function clustersBehind({ pki }: CaContext, hasTaken: (ca: ClusterCa) => boolean): string[] {
  return allClusters(pki).filter(ca => !hasTaken(ca)).map(({ cluster }) => cluster);
}

function hasSwitched(ca: ClusterCa, roots: ReplacedRoots): boolean {
  return rootsOf(ca).step === RotationStep.SWITCHED || hasRetired(ca, roots);
}

function hasRetired({ rootCert }: ClusterCa, roots: ReplacedRoots): boolean {
  return rootCert === roots.next.pem;
}

/** Clusters with their current encryption settings. A step changes no recipients, so it takes none that differ from last time. */
async function withAcceptedEncryption(context: CaContext, clusters: ClusterCa[]): Promise<[ClusterCa, AcceptedEncryption][]> {
  const requests = clusters.map(ca => ({ cluster: ca.cluster, settings: encryptionOf(ca) }));
  const accepted = await acceptedEncryption(context, requests);
  return clusters.map((ca, i) => [ca, accepted[i]]);
}

async function replaceTrustedRoots(context: CaContext, ca: ClusterCa, rootCert: string, encryption: AcceptedEncryption): Promise<void> {
  const keys = hasRecipient(encryption) ? await openClusterKey(context, ca) : undefined;
  await writeCluster(context, ca.cluster, { ...ca, rootCert }, encryption, keys);
}

function stepCommand({ pki }: CaContext, step: RotationStepName, clusters: string[] = []): string {
  return `run ${['istio-mesh ca rotate-root', step, ...clusters.map(cluster => `--cluster ${cluster}`)].join(' ')}${dirOption(pki)}`;
}

/** Command that makes the new root sign the CAs of all clusters. */
function switchAll(context: CaContext, clusters: ClusterCa[], roots: ReplacedRoots): string {
  const canSign = context.keys.has(keyIdOf(roots.next.publicKey)) || clusters.length === 0;
  return canSign ? stepCommand(context, 'switch') : switchCommand(context, clusters.map(({ cluster }) => cluster), roots);
}

/** Command that makes the new root sign the CAs of clusters. */
function switchCommand(context: CaContext, clusters: string[], { next }: ReplacedRoots): string {
  if (context.keys.has(keyIdOf(next.publicKey))) {
    return stepCommand(context, 'switch', clusters);
  }
  const [first, ...others] = clusters;
  return `run istio-mesh ca renew ${first} --csr-out <file>${dirOption(context.pki)}, have the new root sign the request, `
    + `and run the command with --import-cert <file>${others.length > 0 ? '; repeat this for the other clusters' : ''}`;
}

function refuseLateIntroduction(roots: Roots, clusters: ClusterCa[]): void {
  const { next } = roots;
  const ahead = next && clusters.find(ca => hasSwitched(ca, { ...roots, next }));
  if (ahead) {
    throw notAllowed(`cluster '${ahead.cluster}'`, 'the cluster has already taken a later step', 'continue with switch or retire');
  }
}

function refuseExternalKey(context: CaContext, { cluster }: ClusterCa, roots: ReplacedRoots): void {
  if (!context.keys.has(keyIdOf(roots.next.publicKey))) {
    throw notAllowed(
      `cluster '${cluster}'`,
      'the key of the new root is not in the private folder, so the command cannot sign',
      switchCommand(context, [cluster], roots),
    );
  }
}

function refuseEarlyRetirement(context: CaContext, clusters: ClusterCa[], roots: ReplacedRoots): void {
  const behind = clusters.filter(ca => !hasSwitched(ca, roots)).map(({ cluster }) => cluster);
  if (behind.length > 0) {
    throw notAllowed(
      behind.map(cluster => `cluster '${cluster}'`).join(', '),
      'the new root does not sign the CA yet, so the old root cannot be retired',
      switchCommand(context, behind, roots),
    );
  }
}

function notAllowed(where: string, what: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.ROTATION, where, what, fix });
}
