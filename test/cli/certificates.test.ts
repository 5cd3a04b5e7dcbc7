import { intermediateCertificate, rootCertificate } from '../../src/cli/ca/certificates';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { readCertificates } from '../../src/pki/certificate';

test('equal keys, times and serial numbers give equal certificates', async () => {
  const rootKeys = await SYSTEM_ENVIRONMENT.generateRsaKeyPair(2048);
  const { publicKey } = await SYSTEM_ENVIRONMENT.generateRsaKeyPair(2048);
  const environment = {
    ...SYSTEM_ENVIRONMENT,
    now: () => new Date('2026-01-02T03:04:05Z'),
    randomBytes: (count: number) => Buffer.alloc(count, 0xff),
  };
  const chain = () => {
    const root = rootCertificate({ organization: 'Istio', generation: 1, days: 10, keys: rootKeys }, environment);
    const issuer = { certificate: readCertificates(root)[0], key: rootKeys.privateKey };
    return root + intermediateCertificate(
      { organization: 'Istio', cluster: 'c', dnsName: 'istiod.istio-system.svc', days: 99, publicKey, issuer },
      environment,
    );
  };
  expect(chain()).toBe(chain());
  const [root, intermediate] = readCertificates(chain());
  // The first bit of a serial number is its sign.
  expect(root.serial[0]).toBeLessThan(0x80);
  expect(intermediate.notAfter).toEqual(root.notAfter);
  expect(intermediate.basicConstraints).toEqual({ ca: true, pathLength: 0, critical: true });
  expect(intermediate.authorityKeyId).toBe(root.subjectKeyId);
  expect(intermediate.publicKey.equals(publicKey)).toBe(true);
});
