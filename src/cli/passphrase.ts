import { hiddenLine, Terminal } from './prompt';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { PASSPHRASE_FILE, passphraseFromFile } from '../pki/encrypted-key';

const SHORTEST = 12;
const LONGEST = 1000;

/**
 * Reads the passphrase of the private keys from the file that ISTIO_MESH_PASSPHRASE_FILE names, or from the terminal. It is
 * never an argument, because every user of a machine can see the arguments of a process.
 * @throws MESH035 if there is neither a file nor a terminal, or if the passphrase is too long, or too short for a new key
 */
export async function passphrase(forNewKey: boolean): Promise<string> {
  const text = passphraseFromFile('istio-mesh', forNewKey) ?? await typed(forNewKey);
  // OpenSSL, which opens the keys, takes no more.
  if (Buffer.byteLength(text) > LONGEST) {
    throw mistake('the passphrase is too long', `${Buffer.byteLength(text)} octets`, `at most ${LONGEST} octets`);
  }
  if (forNewKey && text.length < SHORTEST) {
    throw mistake('the passphrase is too short for a new key', `${text.length} characters`, `at least ${SHORTEST} characters`);
  }
  return text;
}

async function typed(forNewKey: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw mistake(
      'there is no passphrase for the private keys',
      undefined,
      `a file that ${PASSPHRASE_FILE} names, or a terminal to type the passphrase`,
    );
  }
  return typedPassphrase(forNewKey, { input: process.stdin, output: process.stderr });
}

/**
 * Reads the passphrase from a terminal, twice for a new key.
 * @throws MESH035 if the input ends or is interrupted, or if the two passphrases differ
 */
export async function typedPassphrase(forNewKey: boolean, terminal: Terminal): Promise<string> {
  const text = await ask('Passphrase of the private keys: ', terminal);
  if (forNewKey && await ask('Repeat the passphrase: ', terminal) !== text) {
    throw mistake('the two passphrases differ');
  }
  return text;
}

async function ask(prompt: string, terminal: Terminal): Promise<string> {
  const line = await hiddenLine(prompt, terminal);
  if (line === undefined) {
    throw mistake('the input ended before a passphrase was typed');
  }
  return line;
}

function mistake(what: string, got?: string, expected?: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.PASSPHRASE,
    where: 'istio-mesh',
    what,
    got,
    expected,
    fix: `type it again, or write it to a file that only you can read, and name the file in ${PASSPHRASE_FILE}`,
  });
}
