import type { EngineObject } from './engine';
import type { FluxCosign, FluxOci } from './flux-oci-options';
import { FluxOciProvider } from './flux-provider';
import { invalid } from './settings';
import { dnsName } from '../names';

/** How often Flux asks for a newer artifact. */
const INTERVAL = '1m';

/**
 * Spec of the OCIRepository for an artifact.
 * @throws MESH037 for an invalid URL, tag or range, for options that contradict each other, MESH001 for an invalid name of a Secret
 */
export function ociSpec(oci: FluxOci, where: string): { readonly url: string } {
  const { url, tag, semver, provider, secretName, certSecretName, verify } = oci;
  const nameOf = (secret: string) => ({ name: dnsName(secret, 'Secret name', where) });
  if (!/^oci:\/\/[\w.-]+(:\d+)?(\/[\w.-]+)+$/.test(url)) {
    throw invalid(where, {
      what: 'invalid place of an OCI artifact',
      // Before "@" may be a password, and logs keep errors.
      ...!url.includes('@') && { got: url },
      expected: 'a registry and a path, such as oci://registry.example.com/mesh',
      fix: 'write the tag as tag, and credentials in a Secret that secretName names',
    });
  }
  if (tag !== undefined && semver !== undefined) {
    throw invalid(where, { what: 'both tag and semver are set', got: [tag, semver], fix: 'leave one of them out' });
  }
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw invalid(where, {
      what: 'invalid tag', got: tag, expected: 'letters, digits, "_", "." and "-", 128 characters at most', fix: 'write the tag as pushed',
    });
  }
  if (semver !== undefined && !/^[\w.*+<>=~^|, -]*\d[\w.*+<>=~^|, -]*$/.test(semver)) {
    throw invalid(where, { what: 'invalid range of versions', got: semver, expected: 'a range such as >=1.0.0 <2.0.0', fix: 'correct it' });
  }
  if (secretName !== undefined && provider !== undefined && provider !== FluxOciProvider.GENERIC) {
    throw invalid(where, {
      what: 'a Secret with credentials, and a provider that Flux gets them from', got: provider, fix: 'leave secretName out, or provider',
    });
  }
  const spec = {
    interval: INTERVAL,
    url,
    ref: semver === undefined ? { tag: tag ?? 'latest' } : { semver },
    ...provider !== undefined && { provider },
    ...secretName !== undefined && { secretRef: nameOf(secretName) },
    ...certSecretName !== undefined && { certSecretRef: nameOf(certSecretName) },
    ...verify !== undefined && { verify: verification(verify, where) },
  };
  return spec;
}

function verification({ secretName, identities }: FluxCosign, where: string): object {
  const hasIdentities = identities !== undefined && identities.length > 0;
  // Flux would accept any signature of anybody.
  if ((secretName !== undefined) === hasIdentities) {
    throw invalid(where, {
      what: hasIdentities ? 'both secretName and identities of verify are set' : 'verify accepts nobody in particular',
      expected: 'the Secret with the keys, or the identities that sign',
      fix: hasIdentities ? 'leave one of them out' : "write verify: { secretName: 'cosign-keys' }",
    });
  }
  return {
    provider: 'cosign',
    ...secretName !== undefined && { secretRef: { name: dnsName(secretName, 'Secret name', where) } },
    ...hasIdentities && {
      matchOIDCIdentity: identities.map(({ issuer, subject }) => ({ issuer: exactly(issuer), subject: exactly(subject) })),
    },
  };
}

/** A regular expression of Go that matches this text alone. Flux would also accept a match within a longer text. */
function exactly(literal: string): string {
  return `^${literal.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}$`;
}

/** The OCIRepository of a cluster. */
export function ociRepository(name: string, namespace: string, spec: object): EngineObject {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata: { name, namespace }, spec };
}
