/**
 * A key of the command is opened in 0.16 seconds on purpose, to slow down whoever guesses the passphrase. Unit tests open thousands.
 * `test/cli/key-derivation.test.ts` and the proofs on real components use the real number.
 */
jest.mock('../src/cli/ca/key-derivation', () => ({ ITERATIONS: 1000 }));
