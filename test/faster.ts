import fs from 'fs';

/**
 * A key of the command is opened in 0.16 seconds on purpose, to slow down whoever guesses the passphrase. Unit tests open thousands.
 * `test/cli/key-derivation.test.ts` and the proofs on real components use the real number.
 */
jest.mock('../src/cli/ca/key-derivation', () => ({ ITERATIONS: 1000 }));

/**
 * Unit tests make hundreds of keys, so the command takes them from those of the whole run, and generates more when they are used up.
 * `test/cli/environment.test.ts` uses the real environment.
 */
jest.mock('../src/cli/ca/environment', () => {
  const actual = jest.requireActual('../src/cli/ca/environment');
  const { unusedKeyPair } = jest.requireActual('./key-pool');
  const real = actual.SYSTEM_ENVIRONMENT;
  const generateRsaKeyPair = async (bits: number) => unusedKeyPair(bits) ?? real.generateRsaKeyPair(bits);
  return { ...actual, SYSTEM_ENVIRONMENT: { ...real, generateRsaKeyPair } };
});

/**
 * The command waits until the disk holds a file, and every other program that writes to the disk waits with it.
 * `test/cli/durable-files.test.ts` shows when it waits, and the proof `kill-ca` uses the real function.
 */
Object.assign(fs, { fsyncSync: () => undefined });
