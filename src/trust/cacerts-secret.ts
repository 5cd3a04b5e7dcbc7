import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedDeclarations } from '../checks/checks';
import { MeshErrors } from '../errors/mesh-error';
import { dnsLabel } from '../names';
import { CaFiles } from './ca-files';
import { OwnObject } from '../objects/provenance';
import { bundleProblems } from '../pki/ca-bundle';
import { readCertificates } from '../pki/certificate';
import { CACERTS, publicFiles } from '../pki/pki-folder';

/** The names of the files in the secret. */
export enum CacertsForm {
  /** ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem: the guide's. */
  ISTIO = 'istio',
  /** tls.crt, tls.key and ca.crt: as cert-manager writes them; Istio 1.16 and later read them first. */
  TLS = 'tls',
}

/** The secret that istiod signs with. */
export interface CacertsSecretProps {
  /** The CA of the cluster. */
  readonly files: CaFiles;

  /**
   * Says that the private key may stand in this object in the clear. Whoever can read the manifest can then be any
   * workload of the mesh: keep the output out of Git. `MeshTrust` delivers the same secret as ciphertext.
   * @default false - the object is refused at synth
   */
  readonly keyInTheClear?: boolean;

  /**
   * The names of the files in it.
   * @default CacertsForm.ISTIO
   */
  readonly form?: CacertsForm;

  /**
   * The namespace of istiod.
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The time at which every certificate must be valid. A synth reads no clock, so it is given.
   * @default - times are not checked
   */
  readonly validAt?: Date;

  /**
   * Whether Istio's public sample certificates are taken, whose private keys everybody has.
   * @default false
   */
  readonly allowSampleCertificates?: boolean;
}

/**
 * The guide's `kubectl create secret generic cacerts --from-file=...`: the CA of a cluster, as istiod reads it. The files
 * are checked more strictly than istiod does, which takes some that later break proxies.
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class CacertsSecret extends Construct {
  /** The Secret `cacerts`. */
  public readonly secret: ApiObject;

  /**
   * @throws an error with every problem of the files (MESH029)
   * @throws MESH001 for an invalid namespace
   */
  public constructor(scope: Construct, id: string, props: CacertsSecretProps) {
    super(scope, id);
    const { files, form = CacertsForm.ISTIO, validAt: at, allowSampleCertificates } = props;
    const namespace = dnsLabel(props.namespace ?? 'istio-system', 'namespace', 'CacertsSecret');
    const problems = bundleProblems(files._bundle, files._where, { at, allowSampleCertificates });
    if (problems.length > 0) {
      throw new MeshErrors(problems);
    }
    checkedDeclarations(this);
    const data = Object.fromEntries(
      Object.entries(secretFiles(files, form)).map(([file, text]) => [file, Buffer.from(text).toString('base64')]),
    );
    const type = form === CacertsForm.TLS ? { type: 'kubernetes.io/tls' } : {};
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: CACERTS, namespace }, ...type, data };
    this.secret = new OwnObject(this, 'secret', secret, { isCleanedUp: true, mayHoldPrivateKey: props.keyInTheClear });
  }
}

function secretFiles({ _bundle: bundle }: CaFiles, form: CacertsForm): { [file: string]: string } {
  if (form === CacertsForm.ISTIO) {
    return { ...publicFiles(bundle), 'ca-key.pem': bundle.caKey };
  }
  // istiod joins tls.crt and ca.crt to the chain, so what is in ca.crt is left out of tls.crt.
  const roots = new Set(readCertificates(bundle.rootCert).map(({ fingerprint }) => fingerprint));
  const chain = readCertificates(bundle.certChain).filter(({ fingerprint }) => !roots.has(fingerprint));
  return { 'tls.crt': chain.map(({ pem }) => pem).join(''), 'tls.key': bundle.caKey, 'ca.crt': bundle.rootCert };
}
