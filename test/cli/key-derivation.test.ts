import { createPrivateKey, generateKeyPairSync } from 'crypto';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { encryptedKey } from '../../src/cli/ca/keys';

jest.unmock('../../src/cli/ca/key-derivation');

/** 600,000 as an INTEGER in DER. */
const ROUNDS = '02030927c0';

test('a private key is encrypted with 600,000 rounds of PBKDF2, as OWASP recommends, and Node opens it', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = encryptedKey(privateKey, 'only for this test', SYSTEM_ENVIRONMENT);
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('hex');
  expect(der.split(ROUNDS)).toHaveLength(2);
  expect(createPrivateKey({ key: pem, passphrase: 'only for this test' }).equals(privateKey)).toBe(true);
});
