import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { encryptedKey, Keys, makeKeys, openKey } from './keys';
import { renameWhole, writeWhole } from './store';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel } from '../../names';
import { keyIdOf } from '../../pki/certificate';
import { PKI, readOptional } from '../../pki/pki-folder';

/** Marks a key until its certificate is in place; a key that keeps the mark never had one. */
const NEW = '_new.';

/**
 * The private keys of a pki/ folder, encrypted, in a folder that Git ignores. Each file is named by its owner and by the
 * public half of its key, so no key ever takes the place of another, and no key is ever deleted here.
 */
export class Keyring {
  private readonly folder: string;
  private asked?: string;
  private isProved = false;

  /** @param ask where the passphrase comes from; it is asked for once, when a key is first made or opened */
  public constructor(pki: string, private readonly ask: (forNewKey: boolean) => Promise<string>) {
    this.folder = join(pki, PKI.private);
  }

  /** Makes a key and keeps it as one whose certificate is still to come. */
  public async make(owner: string, bits: number): Promise<Keys> {
    dnsLabel(owner, 'owner of a key', 'Keyring');
    const passphrase = await this.passphrase(true);
    this.refuseSecondPassphrase(passphrase);
    const keys = await makeKeys(bits);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.guard();
    writeWhole(join(this.folder, `${NEW}${owner}-${keyIdOf(keys.publicKey)}.pem`), encryptedKey(keys.privateKey, passphrase), 0o600);
    return keys;
  }

  /** Keeps the folder out of Git and from others on the machine, before there is a key in it, and where a copy has lost that. */
  public guard(): void {
    if (!existsSync(this.folder)) {
      return;
    }
    chmodSync(this.folder, 0o700);
    const ignore = join(this.folder, '.gitignore');
    if (readOptional(ignore) !== '*\n') {
      writeWhole(ignore, '*\n');
    }
  }

  /** Says that the certificate of a key is in place. */
  public settle(keyId: string): void {
    const path = this.find(keyId);
    if (path !== undefined && basename(path).startsWith(NEW)) {
      renameWhole(path, join(this.folder, basename(path).slice(NEW.length)));
    }
  }

  /** Whether the key is kept here. */
  public has(keyId: string): boolean {
    return this.find(keyId) !== undefined;
  }

  /** Whether an owner has a key that had a certificate. */
  public hadCertificate(owner: string): boolean {
    return this.names().some(name => new RegExp(`^${owner}-[0-9a-f]{16}\\.pem$`).test(name));
  }

  /**
   * Opens a key.
   * @throws MESH030 when it is not here, MESH035 for a wrong passphrase
   */
  public async open(keyId: string, owner: string): Promise<Keys> {
    const path = this.find(keyId);
    if (path === undefined) {
      throw new MeshError({
        code: MeshErrorCode.PKI,
        where: this.folder,
        what: `the private key of ${owner} is not here`,
        got: 'no such file',
        expected: `a file that ends in -${keyId}.pem`,
        fix: 'run this where the keys are kept; where a root signs elsewhere, use --csr-out and --import-cert',
      });
    }
    return openKey(readFileSync(path, 'utf8'), await this.passphrase(false), path);
  }

  /** Whether the key was made for this owner. */
  public isOf(keyId: string, owner: string): boolean {
    return [`${owner}-${keyId}.pem`, `${NEW}${owner}-${keyId}.pem`].some(name => this.names().includes(name));
  }

  private find(keyId: string): string | undefined {
    const name = this.names().find(file => file.endsWith(`-${keyId}.pem`));
    return name && join(this.folder, name);
  }

  /** A key that is encrypted with a misspelt passphrase is lost: whoever makes one shows that it opens the others. */
  private refuseSecondPassphrase(passphrase: string): void {
    const known = this.names().find(name => name.endsWith('.pem') && !name.startsWith('.'));
    if (known === undefined || this.isProved) {
      return;
    }
    openKey(readFileSync(join(this.folder, known), 'utf8'), passphrase, join(this.folder, known));
    this.isProved = true;
  }

  private names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).sort() : [];
  }

  private async passphrase(forNewKey: boolean): Promise<string> {
    this.asked ??= await this.ask(forNewKey);
    return this.asked;
  }
}
