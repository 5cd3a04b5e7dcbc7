/**
 * Rounds of PBKDF2 with HMAC-SHA-256 by which a passphrase becomes the key of a private key's file. Each file holds its number, so a
 * later version may raise it.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export const ITERATIONS = 600_000;
