import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CA_FILES, CaFiles } from './ca-files';
import { base64Data, CA_FOLDER, SECRET } from './delivery';
import { checkedDeclarations } from '../checks/checks';
import { MeshErrors } from '../errors/mesh-error';
import { addWarnings } from '../errors/reports';
import { dnsLabel } from '../names';
import { mark } from '../objects/provenance';
import { checkedProps } from '../options/checked';
import { date, flag, oneOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';
import { bundleProblems } from '../pki/ca-bundle';
import { readCertificates } from '../pki/certificate';
import { CACERTS, publicFiles } from '../pki/pki-folder';
import { rootWarnings } from '../pki/root-warnings';

/** Names of the files in the secret `cacerts`. */
export enum CacertsForm {
  /** ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem, as in Istio's documentation. */
  ISTIO = 'istio',
  /** tls.crt, tls.key and ca.crt, as cert-manager writes them. Istio 1.16 and later read this form first. */
  TLS = 'tls',
}

/** Secret that istiod reads its CA from. */
export interface CacertsSecretProps {
  /** CA of the cluster. */
  readonly files: CaFiles;

  /**
   * Whether the private key may be in this object in the clear. Everyone who can read the manifest can then act as any
   * workload of the mesh: keep the output out of Git. `MeshTrust` delivers the same secret encrypted.
   * @default false - the synth refuses the object
   */
  readonly keyInTheClear?: boolean;

  /**
   * Names of the files in the secret.
   * @default CacertsForm.ISTIO
   */
  readonly form?: CacertsForm;

  /**
   * Namespace of istiod.
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * Time at which every certificate must be valid. A synth does not read the clock.
   * @default - validity times are not checked
   */
  readonly validAt?: Date;

  /**
   * Whether Istio's public sample certificates are accepted. Everyone has their private keys.
   * @default false
   */
  readonly allowSampleCertificates?: boolean;
}

export const CACERTS_SECRET_PROPS = schema<CacertsSecretProps>({
  files: required(CA_FILES),
  keyInTheClear: optional(flag),
  form: optional(oneOf(CacertsForm)),
  namespace: optional(text),
  validAt: optional(date),
  allowSampleCertificates: optional(flag),
});

/**
 * Secret `cacerts` with the CA of a cluster, as the guide makes it with `kubectl create secret generic cacerts
 * --from-file=...`. The files are checked more strictly than istiod does, which accepts bundles that make proxies fail later.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class CacertsSecret extends Construct {
  /** Secret `cacerts`. */
  public readonly secret: ApiObject;

  /**
   * Adds the secret `cacerts`.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the CA of the cluster, and whether its key may be in the manifest
   * @throws MESH001 for an invalid namespace, MESH029 with every problem of the files
   */
  public constructor(scope: Construct, id: string, props: CacertsSecretProps) {
    super(scope, id);
    const checked = checkedProps(CACERTS_SECRET_PROPS, this, props);
    const { files, form = CacertsForm.ISTIO, validAt: at, allowSampleCertificates } = checked;
    const namespace = dnsLabel(checked.namespace ?? 'istio-system', 'namespace', 'CacertsSecret');
    const problems = bundleProblems(files._bundle, files._where, { at, allowSampleCertificates });
    if (problems.length > 0) {
      throw new MeshErrors(problems);
    }
    CA_FOLDER.set(this, files._directory);
    checkedDeclarations(this);
    addWarnings(this, () => rootWarnings(files._bundle.rootCert));
    const type = form === CacertsForm.TLS ? { type: 'kubernetes.io/tls' } : {};
    const secret = { ...SECRET, metadata: { name: CACERTS, namespace }, ...type, data: base64Data(secretFiles(files, form)) };
    const facts = { isOwnContent: true, isCleanedUp: true, mayHoldPrivateKey: checked.keyInTheClear };
    // Without the labels of other objects: it is the secret of the guide, and nobody may prune it by a label.
    this.secret = mark(new ApiObject(this, 'secret', secret), facts);
  }
}

function secretFiles({ _bundle: bundle }: CaFiles, form: CacertsForm): { [file: string]: string } {
  if (form === CacertsForm.ISTIO) {
    return { ...publicFiles(bundle), 'ca-key.pem': bundle.caKey };
  }
  // istiod appends ca.crt to tls.crt to get the chain: a root in both files would be in the chain twice.
  const roots = new Set(readCertificates(bundle.rootCert).map(({ fingerprint }) => fingerprint));
  const chain = readCertificates(bundle.certChain).filter(({ fingerprint }) => !roots.has(fingerprint));
  return { 'tls.crt': chain.map(({ pem }) => pem).join(''), 'tls.key': bundle.caKey, 'ca.crt': bundle.rootCert };
}
