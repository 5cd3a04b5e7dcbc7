import { oneOf } from '../options/kinds';

/**
 * Where Flux gets the credentials of an OCI registry.
 * @see https://fluxcd.io/flux/components/source/ocirepositories/#provider
 */
export enum FluxOciProvider {
  /** A Secret, or none. */
  GENERIC = 'generic',
  /** The identity of Flux's pods at AWS. */
  AWS = 'aws',
  /** The identity of Flux's pods at Azure. */
  AZURE = 'azure',
  /** The identity of Flux's pods at Google Cloud. */
  GCP = 'gcp',
}

export const FLUX_PROVIDER = oneOf(FluxOciProvider, { write: 'for instance FluxOciProvider.AWS' });
