import { join } from 'path';
import { IntermediateShape, intermediateCertificate, shapeOf } from './certificates';
import { CaContext, changing, Roots, rootsIn } from './context';
import { checkedRecipients, checkedSealingCert, clusterFiles, Delivery, deliveryOf, isDelivered } from './delivery';
import { given } from './given';
import { Keys } from './keys';
import { signedElsewhere, writeRequest } from './signed-elsewhere';
import { replaceFolder } from './store';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel, dnsName } from '../../names';
import { Certificate, certificatesOf, keyIdOf, organizationOf, shownName } from '../../pki/certificate';
import type { CaBundle, ClusterCa } from '../../pki/cluster-ca';
import { clustersOf, PKI, readClusterCa, rootsOf } from '../../pki/pki-folder';

/** How the intermediate of a cluster is made and delivered. */
export interface IssueOptions {
  readonly keySize: number;
  readonly days: number;
  readonly organization?: string;
  /** The namespace of istiod. */
  readonly namespace?: string;
  /** Where given, the intermediate can sign identities of this trust domain alone. */
  readonly trustDomain?: string;
  /** A file with the certificate of the cluster's sealed-secrets controller. */
  readonly sealingCert?: string;
  readonly scope?: string;
  readonly ageRecipients?: string[];
  /** A file that a certificate request is written to, for a root that signs elsewhere. */
  readonly csrOut?: string;
  /** A file with the certificate that came of the request, and what is between it and the root. */
  readonly importCert?: string;
}

/** What a certificate is issued by, and the roots that the cluster trusts from then on. */
type Issuing = Pick<Roots, 'trusted' | 'bundle' | 'signing'>;

/** Makes the CA of a cluster. Where there is one, nothing changes. */
export function issue(context: CaContext, cluster: string, options: IssueOptions): Promise<void> {
  dnsLabel(cluster, 'cluster name', 'istio-mesh ca issue');
  return changing(context, async () => {
    const roots = rootsIn(context.pki);
    if (clustersOf(context.pki).includes(cluster)) {
      const there = readClusterCa(context.pki, cluster);
      refuseOtherShape(there, options);
      await refuseOtherDelivery(context, there, options);
      context.print(`${there.folder} is there: nothing changed`);
      return;
    }
    const delivery = await deliveryFrom(context, options, { ageRecipients: [], namespace: 'istio-system', scope: 'strict' });
    const shape: IntermediateShape = {
      organization: options.organization ?? organizationOf(roots.signing) ?? 'Istio',
      dnsName: `istiod.${delivery.namespace}.svc`,
      trustDomain: options.trustDomain === undefined ? undefined : dnsName(options.trustDomain, 'trust domain', 'istio-mesh ca issue'),
    };
    await newCertificate(context, cluster, roots, shape, delivery, options);
  });
}

/** Replaces the CA of a cluster by one of the same root, with a new key. */
export function renew(context: CaContext, cluster: string, options: IssueOptions): Promise<void> {
  return changing(context, async () => {
    const { current } = rootsIn(context.pki);
    const there = readClusterCa(context.pki, cluster);
    const { trusted, signing } = rootsOf(there);
    // It stays in the step of a rotation that it is in.
    const roots = { trusted, bundle: there.rootCert, signing: signing ?? current };
    const delivery = await deliveryFrom(context, options, deliveryOf(there));
    if (there.crl !== undefined) {
      context.print(`${PKI.crl} was of the CA before, and is left out: add the CRLs of the new one`);
    }
    const shape = {
      ...shapeOf(ownCertificate(there)),
      ...options.namespace !== undefined && { dnsName: `istiod.${delivery.namespace}.svc` },
    };
    await newCertificate(context, cluster, roots, shape, delivery, options);
  });
}

/** Encrypts the secrets of clusters anew: for another sealing certificate, or after their files changed. */
export function reseal(context: CaContext, clusters: string[], options: Omit<IssueOptions, 'keySize' | 'days'>): Promise<void> {
  return changing(context, async () => {
    for (const ca of clusters.map(name => readClusterCa(context.pki, name))) {
      const { cluster } = ca;
      const delivery = await deliveryFrom(context, options, deliveryOf(ca));
      if (!isDelivered(delivery)) {
        throw noRecipient(cluster);
      }
      await writeCluster(context, cluster, ca, delivery, await keyOf(context, ca));
      context.print(`${ca.folder}: sealed anew`);
    }
  });
}

/** Makes a key and a certificate by a root, and puts them in place. */
export async function signedAnew(
  context: CaContext, cluster: string, roots: Pick<Roots, 'signing' | 'bundle'>, shape: IntermediateShape, delivery: Delivery,
  options: Pick<IssueOptions, 'keySize' | 'days'>,
): Promise<void> {
  const { signing: root, bundle } = roots;
  const issuer = {
    certificate: root,
    key: (await context.keys.open(keyIdOf(root.publicKey), `the root ${shownName(root.x509.subject)}`)).privateKey,
  };
  const keys = await context.keys.make(cluster, options.keySize);
  const caCert = intermediateCertificate({ ...shape, cluster, days: options.days, publicKey: keys.publicKey, issuer }, context.chance);
  await writeCluster(context, cluster, { caCert, certChain: caCert + root.pem, rootCert: bundle }, delivery, keys);
  const [certificate] = certificatesOf(caCert, PKI.caCert);
  context.print(
    `${join(context.pki, PKI.clusters, cluster)}: ${shownName(certificate.x509.subject)}, signed by ${shownName(root.x509.subject)}, valid until ${certificate.notAfter.toISOString()}`,
  );
}

/** Puts the files of a cluster in place, in one step. */
export async function writeCluster(
  context: CaContext,
  cluster: string,
  bundle: CaBundle,
  delivery: Delivery,
  keys: Keys | undefined,
): Promise<void> {
  const files = await clusterFiles(bundle, delivery, keys?.privateKey, context.chance.now(), cluster);
  replaceFolder(join(context.pki, PKI.clusters, cluster), files);
  context.keys.settle(keyIdOf(certificatesOf(bundle.caCert, PKI.caCert)[0].publicKey));
}

/** The key of a cluster's CA. */
export function keyOf(context: CaContext, ca: CaBundle & { readonly cluster: string }): Promise<Keys> {
  return context.keys.open(keyIdOf(certificatesOf(ca.caCert, `${ca.cluster}, ${PKI.caCert}`)[0].publicKey), `the CA of ${ca.cluster}`);
}

async function newCertificate(
  context: CaContext, cluster: string, roots: Issuing, shape: IntermediateShape, delivery: Delivery, options: IssueOptions,
): Promise<void> {
  if (options.csrOut !== undefined) {
    await writeRequest(context, cluster, shape, options.keySize, options.csrOut);
    return;
  }
  if (options.importCert !== undefined) {
    const signed = await signedElsewhere(context, cluster, roots, options.importCert, shape.trustDomain);
    await writeCluster(context, cluster, signed.bundle, delivery, signed.keys);
    context.print(`${join(context.pki, PKI.clusters, cluster)}: ${signed.what}`);
    return;
  }
  await signedAnew(context, cluster, roots, shape, delivery, options);
}

/** What is asked for of a CA that is there must be so already. */
function refuseOtherShape(there: ClusterCa, { trustDomain, organization, csrOut, importCert }: IssueOptions): void {
  const shape = shapeOf(ownCertificate(there));
  const other = [
    ...csrOut ?? importCert ? ['a request or its answer'] : [],
    ...trustDomain !== undefined && trustDomain !== shape.trustDomain ? [`--trust-domain ${trustDomain}`] : [],
    ...organization !== undefined && organization !== shape.organization ? [`--organization ${organization}`] : [],
  ];
  if (other.length === 0) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.PKI,
    where: there.folder,
    what: 'the CA is there, and is another',
    got: other.join(', '),
    expected: [shape.organization, shape.trustDomain ?? 'no name constraint'].join(', '),
    fix: `run istio-mesh ca renew ${there.cluster} to replace it, or leave the option out`,
  });
}

/** What is delivered from now on: what was, save what the options say. */
async function deliveryFrom(
  context: CaContext,
  options: Pick<IssueOptions, 'sealingCert' | 'ageRecipients' | 'namespace' | 'scope'>,
  before: Delivery,
): Promise<Delivery> {
  const { sealingCert, ageRecipients, namespace, scope } = options;
  return {
    sealingCert: sealing(context, sealingCert, before),
    ageRecipients: ageRecipients?.length ? await checkedRecipients(ageRecipients, '--age-recipient') : before.ageRecipients,
    namespace: namespace === undefined ? before.namespace : dnsLabel(namespace, 'namespace', '--namespace'),
    scope: scope ?? before.scope,
  };
}

/** The certificate to seal for: the one that is given, or the one from before, which must still be good. */
function sealing(context: CaContext, file: string | undefined, before: Delivery): string | undefined {
  if (file !== undefined) {
    return checkedSealingCert(given(file, '--sealing-cert'), file, context.chance.now());
  }
  return before.sealingCert && checkedSealingCert(before.sealingCert, PKI.sealingCert, context.chance.now());
}

function ownCertificate(ca: ClusterCa): Certificate {
  return certificatesOf(ca.caCert, `${ca.folder}, ${PKI.caCert}`)[0];
}

async function refuseOtherDelivery(context: CaContext, there: ClusterCa, options: IssueOptions): Promise<void> {
  const before = deliveryOf(there);
  const wanted = await deliveryFrom(context, options, before);
  if (JSON.stringify(wanted) === JSON.stringify(before)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.PKI, where: there.folder, what: 'the CA is there, and is delivered otherwise', got: 'another recipient, namespace or scope', expected: 'what it was issued with', fix: `run istio-mesh ca reseal ${there.cluster} with these options`,
  });
}

function noRecipient(cluster: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.DELIVERY, where: `cluster '${cluster}'`, what: 'nobody to encrypt for', got: 'neither a sealing certificate nor an age recipient', expected: 'one of them', fix: `run istio-mesh ca reseal ${cluster} --sealing-cert <file>, or --age-recipient <age1...>`,
  });
}
