import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { PASSPHRASE_FILE, passphraseFromFile } from '../pki/encrypted-key';

const SHORTEST = 12;
const LONGEST = 1000;

/**
 * The passphrase of the private keys: from the file that the environment names, or typed by the user. It is never an
 * argument, since every user of a machine sees those.
 * @throws MESH035 when there is neither file nor terminal, or a new key would get a short one
 */
export async function passphrase(forNewKey: boolean): Promise<string> {
  const text = passphraseFromFile('istio-mesh') ?? await typed(forNewKey);
  // OpenSSL, which opens the keys, takes no more.
  if (Buffer.byteLength(text) > LONGEST) {
    throw mistake('too long', `${Buffer.byteLength(text)} octets`, `at most ${LONGEST}`);
  }
  if (forNewKey && text.length < SHORTEST) {
    throw mistake('too short for a new key', `${text.length} characters`, `at least ${SHORTEST}`);
  }
  return text;
}

async function typed(forNewKey: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw mistake(
      'no passphrase for the private keys',
      'neither a file nor a terminal',
      `a file named by ${PASSPHRASE_FILE}, or a terminal to type at`,
    );
  }
  const { read } = await import('read');
  const ask = (prompt: string) => read({ prompt, silent: true, output: process.stderr }).catch(
    () => {
      throw mistake('no passphrase was typed', 'an end of the input', 'a passphrase');
    },
  );
  const text = await ask('Passphrase of the private keys: ');
  if (forNewKey && await ask('Once more: ') !== text) {
    throw mistake('the two passphrases differ', 'two', 'the same twice');
  }
  return text;
}

function mistake(what: string, got: string, expected: string): MeshError {
  return new MeshError(
    {
      code: MeshErrorCode.PASSPHRASE,
      where: 'istio-mesh',
      what,
      got,
      expected,
      fix: `type it again, or write it to a file that only you can read, and name the file in ${PASSPHRASE_FILE}`,
    },
  );
}
