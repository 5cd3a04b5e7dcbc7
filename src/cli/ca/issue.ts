import { acceptedEncryption } from './accepted-encryption';
import { IntermediateShape, shapeOf } from './certificate-extensions';
import { openClusterKey, writeCluster } from './cluster-files';
import { CaContext, changePkiFolder } from './context';
import { createCa, IssueOptions } from './create-ca';
import { changedEncryption, DEFAULT_ENCRYPTION, EncryptionOptions, encryptionOf, hasRecipient } from './encryption-settings';
import { refuseForeignFolder } from './folder-owner';
import { readRoots } from './roots';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel, dnsName } from '../../names';
import { Certificate, certificatesOf, organizationOf } from '../../pki/certificate';
import type { ClusterCa } from '../../pki/cluster-ca';
import { clustersOf, PKI, readClusterCa, rootsOf } from '../../pki/pki-folder';

/**
 * Issues the intermediate CA of a cluster. If the cluster has a CA, nothing changes.
 * @throws MESH001 for a name that is not valid, MESH030 if the cluster has a CA with other options, MESH051 if it has the CA of
 * another cluster
 */
export function issue(context: CaContext, cluster: string, options: IssueOptions): Promise<void> {
  dnsLabel(cluster, 'cluster name', 'istio-mesh ca issue');
  return changePkiFolder(context, async () => {
    const roots = readRoots(context.pki);
    if (clustersOf(context.pki).includes(cluster)) {
      const existing = readClusterCa(context.pki, cluster);
      refuseForeignFolder(context, existing);
      refuseOtherShape(existing, options);
      await refuseOtherEncryption(context, existing, options);
      context.print(`${existing.folder} exists: nothing changed`);
      return;
    }
    const encryption = await changedEncryption(DEFAULT_ENCRYPTION, options, context.environment.now());
    const shape: IntermediateShape = {
      organization: options.organization ?? organizationOf(roots.signing) ?? 'Istio',
      dnsName: istiodName(encryption.namespace),
      ...trustDomainOf(options, 'istio-mesh ca issue'),
    };
    await createCa(context, cluster, roots, shape, encryption, options);
  });
}

/** Replaces the CA of a cluster with one of the same root, with a new key. The cluster stays in its step of a root replacement. */
export function renew(context: CaContext, cluster: string, options: IssueOptions): Promise<void> {
  return changePkiFolder(context, async () => {
    const { current } = readRoots(context.pki);
    const existing = readClusterCa(context.pki, cluster);
    refuseForeignFolder(context, existing);
    const { trusted, signing } = rootsOf(existing);
    const encryption = await changedEncryption(encryptionOf(existing), options, context.environment.now());
    const shape = { ...shapeOf(intermediateOf(existing)), ...trustDomainOf(options, 'istio-mesh ca renew') };
    if (existing.crl !== undefined) {
      context.print(`${PKI.crl} belongs to the previous CA and is removed: add the CRLs of the new CA`);
    }
    await createCa(
      context,
      cluster,
      { trusted, bundle: existing.rootCert, signing: signing ?? current },
      options.namespace === undefined ? shape : { ...shape, dnsName: istiodName(encryption.namespace) },
      encryption,
      options,
    );
  });
}

/**
 * Encrypts the secrets of clusters again, for instance for a new sealing certificate.
 * @throws MESH033 for a cluster without a sealing certificate and age recipients, MESH048 or MESH049 for recipients that are not
 * those of the last encryption, and that the options do not name
 */
export function reseal(context: CaContext, clusters: string[], options: EncryptionOptions): Promise<void> {
  return changePkiFolder(context, async () => {
    const cas = [...new Set(clusters)].map(name => readClusterCa(context.pki, name));
    cas.forEach(ca => refuseForeignFolder(context, ca));
    const requests = await Promise.all(cas.map(async ca => ({
      cluster: ca.cluster,
      settings: await changedEncryption(encryptionOf(ca), options, context.environment.now()),
    })));
    const without = requests.find(({ settings }) => !hasRecipient(settings));
    if (without) {
      throw noRecipient(without.cluster);
    }
    const accepted = await acceptedEncryption(context, requests, options);
    for (const [i, ca] of cas.entries()) {
      await writeCluster(context, ca.cluster, ca, accepted[i], await openClusterKey(context, ca));
      context.print(`${ca.folder}: encrypted again`);
    }
  });
}

function istiodName(namespace: string): string {
  return `istiod.${namespace}.svc`;
}

/** Returns the trust domain that an option names, as a part of a shape. */
function trustDomainOf({ trustDomain }: IssueOptions, where: string): Pick<IntermediateShape, 'trustDomain'> {
  return trustDomain === undefined ? {} : { trustDomain: dnsName(trustDomain, 'trust domain', where) };
}

function intermediateOf(ca: ClusterCa): Certificate {
  return certificatesOf(ca.caCert, `${ca.folder}, ${PKI.caCert}`)[0];
}

function refuseOtherShape(existing: ClusterCa, { trustDomain, organization, csrOut, importCert }: IssueOptions): void {
  const shape = shapeOf(intermediateOf(existing));
  const constraint = `--trust-domain ${trustDomain}`;
  const different = [
    ...csrOut === undefined ? [] : ['--csr-out'],
    ...importCert === undefined ? [] : ['--import-cert'],
    ...trustDomain === undefined || trustDomain === shape.trustDomain ? [] : [constraint],
    ...organization === undefined || organization === shape.organization ? [] : [`--organization ${organization}`],
  ];
  if (different.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.PKI,
      where: existing.folder,
      what: 'the cluster has a CA with other properties',
      got: different.join(', '),
      expected: `organization ${shape.organization}, ${shape.trustDomain ? `trust domain ${shape.trustDomain}` : 'no name constraint'}`,
      fix: `run istio-mesh ca renew ${existing.cluster}${different.includes(constraint) ? ` ${constraint}` : ''} to replace the CA, `
        + 'or omit the option',
    });
  }
}

async function refuseOtherEncryption(context: CaContext, existing: ClusterCa, options: EncryptionOptions): Promise<void> {
  const current = encryptionOf(existing);
  if (JSON.stringify(await changedEncryption(current, options, context.environment.now())) !== JSON.stringify(current)) {
    throw new MeshError({
      code: MeshErrorCode.PKI,
      where: existing.folder,
      what: 'the secret of the cluster is encrypted with another recipient, namespace or scope',
      fix: `run istio-mesh ca reseal ${existing.cluster} with these options`,
    });
  }
}

function noRecipient(cluster: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.DELIVERY,
    where: `cluster '${cluster}'`,
    what: 'there is no recipient to encrypt for',
    expected: 'a sealing certificate or an age recipient',
    fix: `run istio-mesh ca reseal ${cluster} --sealing-cert <file>, or --age-recipient <age1...>`,
  });
}
