import { chmodSync, mkdirSync, readdirSync } from 'fs';
import { basename, join } from 'path';
import type { Environment, KeyPair } from './environment';
import { renameDurably, writeFileAtomically } from './files';
import { ed25519Key, encryptedKey, openKey } from './keys';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isThere, readText, readTextIfThere } from '../../files/read';
import { dnsLabel } from '../../names';
import { keyIdOf } from '../../pki/certificate';
import { PKI } from '../../pki/pki-folder';

/** Prefix of the file of a key whose certificate is not in place yet. A key that keeps the prefix never had a certificate. */
const PENDING = '_new.';

/** Prefix of the file of a key that signs records of recipients. No owner of another key can have this name. */
const RECIPIENTS_KEY = '_recipients-';

/** Content of the `.gitignore` that keeps every file of the private folder out of Git. */
export const IGNORE_ALL = '*\n';

/** Whether a pki/ folder has its private folder. Git ignores that folder, so a clone has none. */
export function hasPrivateFolder(pki: string): boolean {
  return isThere(join(pki, PKI.private));
}

/**
 * Private keys of a pki/ folder, encrypted, in a folder that Git ignores. The name of a key file contains the owner and a digest
 * of the public key. A key therefore never overwrites another one. No key is ever deleted.
 *
 * @example
 * const keyring = new Keyring('pki', SYSTEM_ENVIRONMENT, passphrase);
 * const { publicKey } = await keyring.create('cluster1', 4096);
 * keyring.markCertified(keyIdOf(publicKey));
 */
export class Keyring {
  private readonly folder: string;
  private cachedPassphrase?: string;
  private isPassphraseVerified = false;
  private readonly openedRecipientsKeys = new Map<string, KeyPair>();

  /**
   * @param readPassphrase returns the passphrase; called once, when the first key is created or opened
   */
  public constructor(
    pki: string,
    private readonly environment: Environment,
    private readonly readPassphrase: (forNewKey: boolean) => Promise<string>,
  ) {
    this.folder = join(pki, PKI.private);
  }

  /**
   * Creates a key pair whose certificate does not exist yet.
   * @throws MESH035 for a passphrase that does not open the existing keys
   */
  public async create(owner: string, bits: number): Promise<KeyPair> {
    dnsLabel(owner, 'owner of a key', 'Keyring');
    const passphrase = await this.passphrase(true);
    this.refuseSecondPassphrase(passphrase);
    const keys = await this.environment.generateRsaKeyPair(bits);
    this.write(`${PENDING}${owner}-`, keys, passphrase);
    return keys;
  }

  /**
   * Opens the key that signs records of recipients, and creates it when the folder has none.
   * @throws MESH035 for a passphrase that does not open the existing keys
   */
  public async recipientsKey(): Promise<KeyPair> {
    const existing = this.fileNames().find(name => name.startsWith(RECIPIENTS_KEY));
    if (existing !== undefined) {
      return this.openRecipientsKey(existing.slice(RECIPIENTS_KEY.length, -'.pem'.length));
    }
    const passphrase = await this.passphrase(true);
    this.refuseSecondPassphrase(passphrase);
    const keys = ed25519Key(this.environment.randomBytes(32));
    this.write(RECIPIENTS_KEY, keys, passphrase);
    return keys;
  }

  /** Whether the folder has a key that signs records of recipients, with this digest of its public half. */
  public hasRecipientsKey(keyId: string): boolean {
    return this.fileNames().includes(`${RECIPIENTS_KEY}${keyId}.pem`);
  }

  /**
   * Opens a key that signs records of recipients.
   * @throws MESH035 for a passphrase that does not open the key
   */
  public async openRecipientsKey(keyId: string): Promise<KeyPair> {
    // A command needs the key for each cluster, and to derive a key from the passphrase is slow.
    const keys = this.openedRecipientsKeys.get(keyId) ?? await this.openFile(join(this.folder, `${RECIPIENTS_KEY}${keyId}.pem`));
    this.openedRecipientsKeys.set(keyId, keys);
    return keys;
  }

  /** Restores what a copy of the private folder may have lost: its permissions, and the file that keeps it out of Git. */
  public protectFolder(): void {
    if (!isThere(this.folder)) {
      return;
    }
    chmodSync(this.folder, 0o700);
    const ignoreFile = join(this.folder, '.gitignore');
    if (readTextIfThere(ignoreFile) !== IGNORE_ALL) {
      writeFileAtomically(ignoreFile, IGNORE_ALL);
    }
  }

  /** Records that the certificate of a key is in place. */
  public markCertified(keyId: string): void {
    const path = this.pathOf(keyId);
    if (path !== undefined && basename(path).startsWith(PENDING)) {
      renameDurably(path, join(this.folder, basename(path).slice(PENDING.length)));
    }
  }

  /** Whether the folder has the key. */
  public has(keyId: string): boolean {
    return this.pathOf(keyId) !== undefined;
  }

  /** Whether the folder has a key of the owner whose certificate was in place. */
  public hasCertifiedKey(owner: string): boolean {
    return this.fileNames().some(name => new RegExp(`^${owner}-[0-9a-f]{16}\\.pem$`).test(name));
  }

  /** Whether the folder has the key, and the key was created for the owner. */
  public belongsTo(keyId: string, owner: string): boolean {
    return [`${owner}-${keyId}.pem`, `${PENDING}${owner}-${keyId}.pem`].some(name => this.fileNames().includes(name));
  }

  /**
   * Decrypts a key.
   * @throws MESH030 if the folder does not have the key, MESH035 for a wrong passphrase
   */
  public async open(keyId: string, owner: string): Promise<KeyPair> {
    const path = this.pathOf(keyId);
    if (path === undefined) {
      throw new MeshError({
        code: MeshErrorCode.PKI,
        where: this.folder,
        what: `the private key of ${owner} is missing`,
        expected: `a file that ends in -${keyId}.pem`,
        fix: 'run the command on the machine that has the keys; for an external root, use --csr-out and --import-cert',
      });
    }
    return this.openFile(path);
  }

  private async openFile(path: string): Promise<KeyPair> {
    return openKey(readText(path), await this.passphrase(false), path);
  }

  private write(prefix: string, keys: KeyPair, passphrase: string): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.protectFolder();
    const path = join(this.folder, `${prefix}${keyIdOf(keys.publicKey)}.pem`);
    writeFileAtomically(path, encryptedKey(keys.privateKey, passphrase, this.environment), 0o600);
  }

  /** Verifies the passphrase with an existing key, so that a new key is never encrypted with a misspelled passphrase. */
  private refuseSecondPassphrase(passphrase: string): void {
    const existing = this.fileNames().find(name => name.endsWith('.pem') && !name.startsWith('.'));
    if (existing === undefined || this.isPassphraseVerified) {
      return;
    }
    const path = join(this.folder, existing);
    openKey(readText(path), passphrase, path);
    this.isPassphraseVerified = true;
  }

  private pathOf(keyId: string): string | undefined {
    const name = this.fileNames().find(file => file.endsWith(`-${keyId}.pem`));
    return name && join(this.folder, name);
  }

  private fileNames(): string[] {
    return isThere(this.folder) ? readdirSync(this.folder).sort() : [];
  }

  private async passphrase(forNewKey: boolean): Promise<string> {
    this.cachedPassphrase ??= await this.readPassphrase(forNewKey);
    return this.cachedPassphrase;
  }
}
