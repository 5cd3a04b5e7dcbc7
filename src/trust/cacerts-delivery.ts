import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { addDelivered, WRITES_PLAIN_SECRETS } from './delivery';
import { MeshTrust } from './mesh-trust';
import { checkedDeclarations } from '../checks/checks';
import { Declarations } from '../checks/declarations';
import { orUndefined, problemsOf } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { addCheck } from '../errors/reports';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';

/** Where the CA of a cluster comes from, and for which cluster it is. */
export interface CacertsDeliveryProps {
  /** The release of the cluster's control plane. */
  readonly istio: IstioRelease;

  /** How the secret is delivered. */
  readonly trust: MeshTrust;

  /** The name of the cluster. */
  readonly cluster: string;

  /**
   * The namespace of istiod.
   * @default "istio-system"
   */
  readonly namespace?: string;
}

/**
 * The CA of a cluster, as it is delivered through Git: a SealedSecret, an encrypted Secret, an ExternalSecret or a
 * Certificate. What is missing or does not fit is found at synth, together with all other problems.
 */
export class CacertsDelivery extends Construct {
  /** The object; undefined when it is missing, or when it is delivered outside the chart. */
  public readonly object?: ApiObject;

  /** @throws MESH001 for an invalid name */
  public constructor(scope: Construct, id: string, props: CacertsDeliveryProps) {
    super(scope, id);
    const where = `cacerts of '${props.cluster}'`;
    const target = {
      cluster: dnsLabel(props.cluster, 'cluster name', where),
      namespace: dnsLabel(props.namespace ?? 'istio-system', 'namespace', where),
    };
    const delivery = props.trust._delivery;
    const declared = checkedDeclarations(this);
    const object = orUndefined(() => delivery.object(target));
    this.object = object && addDelivered(this, 'object', object);
    const others = () => [...unfit(props, where), ...homeless(this, props, where), ...issuerProblems(declared, object)];
    addCheck(this, () => [...thrownToo(() => delivery.problems(target)), ...others()]);
  }
}

/** The problems, with those that are thrown: one run reports all of them. */
function thrownToo(problems: () => Problem[]): Problem[] {
  try {
    return problems();
  } catch (error) {
    return problemsOf(error);
  }
}

/** Secrets in the clear are written by MeshApp, into a folder of their own; another app has no place for them. */
function homeless(scope: Construct, { trust }: CacertsDeliveryProps, where: string): Problem[] {
  if (!trust._delivery.plain || WRITES_PLAIN_SECRETS.isOn(App.of(scope))) {
    return [];
  }
  return [{
    code: MeshErrorCode.DELIVERY, where, what: 'a secret in the clear has no place in this app', got: 'an App of cdk8s', expected: 'a MeshApp, which writes it to a folder that Git ignores', fix: 'use MeshApp, or another delivery',
  }];
}

/** Istio reads the files that cert-manager writes since 1.16. */
function unfit({ istio, trust }: CacertsDeliveryProps, where: string): Problem[] {
  if (trust.deliveryName !== 'cert-manager' || dialectOf(istio).readsTlsSecrets) {
    return [];
  }
  return [{
    code: MeshErrorCode.DELIVERY, where, what: `Istio ${istio.version} does not read the secret that cert-manager writes`, got: 'tls.crt, tls.key and ca.crt', expected: 'ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem', fix: 'use MeshTrust.sealedSecrets()',
  }];
}

/** The issuer's own object, where it is in the chart: one that has the key of the root in the cluster is refused. */
function issuerProblems(declared: Declarations, object: { readonly kind: string; readonly spec?: any } | undefined): Problem[] {
  const reference = object?.kind === 'Certificate' ? object.spec.issuerRef : undefined;
  if (reference?.group !== 'cert-manager.io') {
    return [];
  }
  const issuers = declared.manifests(reference.kind, reference.group).filter(({ metadata }) => metadata.name === reference.name);
  return issuers.flatMap(({ spec }): Problem[] => {
    const kind = ['ca', 'selfSigned', 'acme'].find(key => spec?.[key] !== undefined);
    return kind === undefined ? [] : [{
      code: MeshErrorCode.DELIVERY,
      where: `${reference.kind} '${reference.name}' in ${Chart.of(declared.chart).node.id}`,
      what: kind === 'acme' ? 'an issuer that signs no CAs' : 'an issuer whose key is in the cluster',
      got: kind,
      expected: 'an issuer that keeps the root outside, such as Vault or a private CA service',
      fix: 'use CertManagerIssuer.vault, venafi or external: the key of the root could sign for every cluster',
    }];
  });
}
