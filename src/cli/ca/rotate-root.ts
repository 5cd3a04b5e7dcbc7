import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { shapeOf } from './certificates';
import { allClusters, CaContext, changing, refuseUntrusted, Roots, rootsIn } from './context';
import { deliveryOf, isDelivered } from './delivery';
import { externalRoot, makeRoot, RootOptions } from './init';
import { keyOf, signedAnew, writeCluster } from './issue';
import { renameWhole, writeWhole } from './store';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel } from '../../names';
import { Certificate, certificatesOf, keyIdOf, shownName } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { ClusterRoots, dirOption, PKI, rootsOf, RotationStep } from '../../pki/pki-folder';

/** The steps that replace a root, in order. Between two of them everything must have reached every cluster. */
export const STEPS = ['introduce', 'switch', 'retire'];

/** The roots while one replaces the other. */
type Replacing = Roots & { readonly next: Certificate };

/** How a step is taken. */
export interface RotateOptions extends RootOptions {
  /** The clusters that take the step now; all of them when none is named. */
  readonly clusters: string[];
}

/**
 * Takes one step of replacing the root. Each cluster takes it whole, so a run that was ended goes on where it stopped.
 * @throws MESH034 for a step that the state of the clusters does not allow
 */
export function rotateRoot(context: CaContext, step: string, options: RotateOptions): Promise<void> {
  return changing(context, async () => {
    const roots = rootsIn(context.pki);
    const clusters = allClusters(context.pki);
    const chosen = clusters.filter(({ cluster }) => options.clusters.length === 0 || options.clusters.includes(cluster));
    options.clusters.forEach(name => dnsLabel(name, 'cluster name', '--cluster'));
    const unknown = options.clusters.find(name => !clusters.some(({ cluster }) => cluster === name));
    if (unknown !== undefined) {
      throw notAllowed(
        `cluster '${unknown}'`,
        'no such cluster',
        `one of ${clusters.map(({ cluster }) => cluster).join(', ')}`,
        'correct the name',
      );
    }
    if (step === 'introduce') {
      await introduce(context, roots, clusters, chosen, options);
    } else {
      const next = roots.next;
      if (!next && step === 'retire' && retiredRoots(context.pki) > 0) {
        context.print(`${shownName(roots.current.x509.subject)} is in use, and the root before it is retired: nothing changed`);
        return;
      }
      if (!next) {
        throw notAllowed(
          'the roots',
          `no root that replaces ${shownName(roots.current.x509.subject)}`,
          'a root that was introduced',
          'run istio-mesh ca rotate-root introduce',
        );
      }
      if (step === 'switch') {
        await switchOver(context, { ...roots, next }, chosen, options);
      } else {
        await retire(
          context,
          { ...roots, next },
          clusters,
          chosen,
        );
      }
    }
  });
}

/** Every cluster trusts the new root beside the old one, which goes on signing. */
async function introduce(
  context: CaContext,
  roots: Roots,
  clusters: ClusterCa[],
  chosen: ClusterCa[],
  options: RotateOptions,
): Promise<void> {
  const beyond = clusters.find(ca => rootsOf(ca).step === RotationStep.SWITCHED || isRetired(ca, roots));
  if (roots.next && beyond) {
    throw notAllowed(
      `cluster '${beyond.cluster}'`,
      'a later step',
      'the first step everywhere',
      'go on with switch or retire',
    );
  }
  const next = roots.next ?? await nextRoot(context, roots, options);
  refuseOtherRoot(next, options, context.chance.now());
  const bundle = roots.current.pem + next.pem;
  for (const ca of chosen) {
    if (ca.rootCert === bundle) {
      continue;
    }
    await rewrite(context, ca, bundle);
    context.print(`${ca.folder}: trusts ${shownName(next.x509.subject)} too`);
  }
  context.print(
    'Synthesize, commit, and let it reach every cluster. Unless the mesh was rotatable before, apply the install values again and restart gateways and workloads.',
  );
  const hasTaken = (ca: ClusterCa) => ca.rootCert === bundle || rootsOf(ca).step === RotationStep.SWITCHED;
  if (tellBehind(context, hasTaken, others => command(context, 'introduce', others))) {
    return;
  }
  context.print(`When every proxy trusts both roots (docs/how-to/replace-the-root.md says how to see it): ${command(context, 'switch')}`);
}

/** The new root signs; both are trusted. */
async function switchOver(context: CaContext, roots: Replacing, chosen: ClusterCa[], options: RotateOptions): Promise<void> {
  const bundle = roots.current.pem + roots.next.pem;
  refuseUntrusted(context.pki, roots.next);
  for (const ca of chosen) {
    if (rootsOf(ca).step === RotationStep.SWITCHED || isRetired(ca, roots)) {
      continue;
    }
    const [own] = certificatesOf(ca.caCert, ca.folder);
    const keySize = own.publicKey.asymmetricKeyDetails?.modulusLength ?? options.keySize;
    if (!context.keys.has(keyIdOf(roots.next.publicKey))) {
      throw notAllowed(
        `cluster '${ca.cluster}'`,
        'a root whose key is elsewhere',
        'an intermediate of the new root',
        switchCommand(context, [ca.cluster], roots),
      );
    }
    await signedAnew(context, ca.cluster, { signing: roots.next, bundle }, shapeOf(own), deliveryOf(ca), { keySize, days: options.days });
  }
  context.print('Synthesize, commit, and let it reach every cluster.');
  const hasSwitched = (ca: ClusterCa) => rootsOf(ca).step === RotationStep.SWITCHED || isRetired(ca, roots);
  if (tellBehind(context, hasSwitched, others => switchCommand(context, others, roots))) {
    return;
  }
  context.print(
    `When every workload has a certificate of the new root (docs/how-to/replace-the-root.md says how to see it): ${command(context, 'retire')}`,
  );
}

/** The new root alone is trusted. */
async function retire(context: CaContext, roots: Replacing, clusters: ClusterCa[], chosen: ClusterCa[]): Promise<void> {
  const behind = clusters.filter(ca => rootsOf(ca).step !== RotationStep.SWITCHED && !isRetired(ca, roots));
  if (behind.length > 0) {
    throw notAllowed(behind.map(({ cluster }) => `cluster '${cluster}'`).join(', '), [
      ...new Set(behind.map(ca => describe(rootsOf(ca)))),
    ].join('; '),
    'the new root signing in every cluster before the old one goes', switchCommand(context, behind.map(({ cluster }) => cluster), roots));
  }
  for (const ca of chosen) {
    if (isRetired(ca, roots)) {
      continue;
    }
    await rewrite(context, ca, roots.next.pem);
    context.print(`${ca.folder}: trusts ${shownName(roots.next.x509.subject)} alone`);
  }
  context.print('Synthesize, commit, and let it reach every cluster.');
  if (tellBehind(context, ca => isRetired(ca, roots), others => command(context, 'retire', others))) {
    return;
  }
  const kept = join(context.pki, PKI.retired, `root-${roots.current.fingerprint.slice(0, 16)}.pem`);
  if (!existsSync(kept)) {
    writeWhole(kept, roots.current.pem);
  }
  renameWhole(join(context.pki, PKI.nextRoot), join(context.pki, PKI.root));
  context.print(`${join(context.pki, PKI.root)}: ${shownName(roots.next.x509.subject)}; the old one is kept as ${kept}`);
}

/** Tells how the clusters that have not taken a step yet do so, and returns whether there are any: they come before the next step. */
function tellBehind(context: CaContext, has: (ca: ClusterCa) => boolean, how: (clusters: string[]) => string): boolean {
  const behind = allClusters(context.pki).filter(ca => !has(ca)).map(({ cluster }) => cluster);
  if (behind.length > 0) {
    context.print(`Then the same step in the other clusters: ${how(behind)}`);
  }
  return behind.length > 0;
}

/** The command for a step. */
function command({ pki }: CaContext, step: string, clusters: string[] = []): string {
  return ['istio-mesh ca rotate-root', step, ...clusters.map(cluster => `--cluster ${cluster}`)].join(' ') + dirOption(pki);
}

/** What makes the new root sign for clusters. */
function switchCommand(context: CaContext, clusters: string[], { next }: Replacing): string {
  if (context.keys.has(keyIdOf(next.publicKey))) {
    return `run ${command(context, 'switch', clusters)}`;
  }
  return `run istio-mesh ca renew ${clusters[0]} --csr-out <file>${dirOption(context.pki)}, have it signed by the new root, and --import-cert it${clusters.length > 1 ? '; then the others' : ''}`;
}

/** Makes the root that replaces the present one, or takes it over. */
async function nextRoot(context: CaContext, roots: Roots, options: RotateOptions): Promise<Certificate> {
  const generation = retiredRoots(context.pki) + 2;
  const external = options.rootCert === undefined ? undefined : externalRoot(options.rootCert, context.chance.now());
  const pem = external?.pem ?? await makeRoot(context, options, generation);
  const [next] = certificatesOf(pem, PKI.nextRoot);
  if (next.fingerprint === roots.current.fingerprint) {
    throw notAllowed(
      String(options.rootCert),
      'the root that is in use',
      'another root',
      'give the one that replaces it',
    );
  }
  writeWhole(join(context.pki, PKI.nextRoot), pem);
  context.keys.settle(keyIdOf(next.publicKey));
  context.print(`${join(context.pki, PKI.nextRoot)}: ${shownName(next.x509.subject)}, valid until ${next.notAfter.toISOString()}`);
  return next;
}

/** The new root that is there must be the one that is given. */
function refuseOtherRoot(next: Certificate, { rootCert }: RotateOptions, now: Date): void {
  if (rootCert !== undefined && externalRoot(rootCert, now).fingerprint !== next.fingerprint) {
    throw notAllowed(
      rootCert,
      'another root than the one that is being introduced',
      shownName(next.x509.subject),
      'finish its introduction first, or leave --root-cert out',
    );
  }
}

function retiredRoots(pki: string): number {
  const folder = join(pki, PKI.retired);
  return existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.pem')).length : 0;
}

/** The same CA with other roots trusted. */
async function rewrite(context: CaContext, ca: ClusterCa, rootCert: string): Promise<void> {
  const delivery = deliveryOf(ca);
  await writeCluster(context, ca.cluster, { ...ca, rootCert }, delivery, isDelivered(delivery) ? await keyOf(context, ca) : undefined);
}

function isRetired(ca: ClusterCa, roots: Roots): boolean {
  return roots.next !== undefined && ca.rootCert === roots.next.pem;
}

function describe({ step, signing }: ClusterRoots): string {
  return step === RotationStep.STABLE ? `one trusted root, ${shownName(signing?.x509.subject ?? 'none')}` : `${step}: signed by ${shownName(signing?.x509.subject ?? 'none')}`;
}

function notAllowed(where: string, got: string, expected: string, fix: string): MeshError {
  return new MeshError(
    { code: MeshErrorCode.ROTATION, where, what: 'a step that the state of the clusters does not allow', got, expected, fix },
  );
}
