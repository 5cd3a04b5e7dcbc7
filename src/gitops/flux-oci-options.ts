import { FLUX_PROVIDER, FluxOciProvider } from './flux-provider';
import { list, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Signer of an artifact that has no key of its own: the account of a CI system, by its token. */
export interface FluxCosignIdentity {
  /** Issuer of the token, such as "https://token.actions.githubusercontent.com". */
  readonly issuer: string;

  /** Subject of the token, such as "https://github.com/example/mesh/.github/workflows/mesh.yml@refs/heads/main". */
  readonly subject: string;
}

/**
 * Whose signatures by cosign are accepted: those of keys, or those of identities. Flux applies no artifact without one of them.
 * @see https://fluxcd.io/flux/components/source/ocirepositories/#verification
 */
export interface FluxCosign {
  /**
   * Name of a Secret in the namespace of Flux with public keys, each in a field whose name ends in ".pub".
   * @default - `identities` are accepted
   */
  readonly secretName?: string;

  /**
   * Identities that sign without a key, each as a whole.
   * @default - the keys of `secretName` are accepted
   */
  readonly identities?: FluxCosignIdentity[];
}

/**
 * OCI artifact with the output folder, as `flux push artifact` makes it.
 * @see https://fluxcd.io/flux/components/source/ocirepositories/
 */
export interface FluxOci {
  /** Place of the artifact in a registry, without a tag, such as "oci://registry.example.com/mesh". */
  readonly url: string;

  /**
   * Tag that Flux follows.
   * @default "latest"
   */
  readonly tag?: string;

  /**
   * Range of versions, such as ">=1.0.0 <2.0.0": Flux follows the newest tag within it.
   * @default - `tag`
   */
  readonly semver?: string;

  /**
   * Where Flux gets the credentials of the registry.
   * @default FluxOciProvider.GENERIC
   */
  readonly provider?: FluxOciProvider;

  /**
   * Name of a Secret in the namespace of Flux with credentials of the registry, of the type kubernetes.io/dockerconfigjson.
   * @default - none
   */
  readonly secretName?: string;

  /**
   * Name of a Secret in the namespace of Flux with the CA of the registry ("ca.crt"), and a client certificate where it asks for one.
   * @default - the CAs of the system
   */
  readonly certSecretName?: string;

  /**
   * Whose signatures are accepted.
   * @default - artifacts are not verified
   */
  readonly verify?: FluxCosign;
}

const COSIGN = schema<FluxCosign>({
  secretName: optional(text),
  identities: optional(list(schema<FluxCosignIdentity>({ issuer: required(text), subject: required(text) }))),
});

export const FLUX_OCI = schema<FluxOci>({
  url: required(text),
  tag: optional(text),
  semver: optional(text),
  provider: optional(FLUX_PROVIDER),
  secretName: optional(text),
  certSecretName: optional(text),
  verify: optional(COSIGN),
});
