/** No form of a private key that this library knows is shorter. */
export const SHORTEST_KEY = 56;

/** Words without which no text holds a key. A search for a word is much faster than a regular expression. */
const WORDS = ['PRIVATE', 'AGE-SECRET-KEY-', 'PuTTY-User-Key-File', 'PrivateKey', 'kty', 'age-secret-key-'];

/** First or last line of PEM, OpenSSH, PGP or SSH2. In a URL, a space is written as "%20" or "+". */
const PEM_LINE = /(BEGIN|END)[A-Z0-9 +%]{0,60}PRIVATE[ +%20]{1,3}KEY(?:[ +%20]{1,3}BLOCK)?[ +%20]{0,3}-{4}/g;
/** Longest part of a key that is looked at beside its first or last line. */
const BODY = 4000;

const AGE_IDENTITY = /AGE-SECRET-KEY-(?:PQ-)?1([02-9AC-HJ-NP-Z]{50,})/i;
const PUTTY_KEY = /PuTTY-User-Key-File-\d[^]*?Private-Lines:\s*\d+\s+([A-Za-z0-9+/]{32,})/;
const WIREGUARD_KEY = /PrivateKey["']?\s*[=:]\s*["']?([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/;

/** Member of a JSON Web Key that is private: "d" of an asymmetric key, "k" of a symmetric one. */
const JWK_MEMBER = { d: /(?:^|[\s,{"'])d["']?\s*:\s*["']?([\w-]{22,})/m, k: /(?:^|[\s,{"'])k["']?\s*:\s*["']?([\w-]{22,})/m };
const JWK_TYPE = /(?:^|[\s,{"'])kty["']?\s*:\s*["']?(RSA|EC|OKP|AKP|oct)\b/m;

/**
 * Whether a text holds a private key in a form that is text: PEM, encrypted or not, OpenSSH, PGP, SSH2, PuTTY, an age identity, a
 * WireGuard configuration or a JSON Web Key. A first line of PEM without a key after it is a placeholder.
 */
export function holdsKeyText(text: string): boolean {
  if (!WORDS.some(word => text.includes(word))) {
    return false;
  }
  const plain = unescaped(text);
  const forms = [AGE_IDENTITY, PUTTY_KEY, WIREGUARD_KEY].map(form => form.exec(plain)?.[1]);
  return holdsPem(plain) || holdsJwk(plain) || forms.some(key => key !== undefined && isVaried(key));
}

/** Whether the fields of an object are those of a private JSON Web Key. Returns the name of the private field. */
export function privateJwkField(fields: { readonly [field: string]: unknown }): 'd' | 'k' | undefined {
  const field = fields.kty === 'oct' ? 'k' : 'd';
  const value = fields[field];
  const isKey = typeof fields.kty === 'string' && typeof value === 'string' && /^[\w-]{22,}={0,2}$/.test(value) && isVaried(value);
  return isKey ? field : undefined;
}

function holdsPem(text: string): boolean {
  for (const { 0: line, 1: side, index } of text.matchAll(PEM_LINE)) {
    const end = index + line.length;
    const body = side === 'BEGIN' ?
      text.slice(end, end + BODY).replace(/^-+/, '').split('----', 1)[0] :
      text.slice(Math.max(0, index - BODY), index).replace(/-+ ?$/, '').split('----').pop()!;
    if (isKeyBody(body)) {
      return true;
    }
  }
  return false;
}

/** Whether a text beside the first or last line of PEM is a key: a placeholder has no long run of varied base64. */
function isKeyBody(body: string): boolean {
  const runs = body.replace(/\s|%0[AD]|&#x?\w{1,3};/gi, '').replace(/%2B/gi, '+').replace(/%2F/gi, '/').match(/[A-Za-z0-9+/]{40,}/g) ?? [];
  return runs.some(run => /[0-9+/]/.test(run) && isVaried(run) && isMixed(run));
}

function holdsJwk(text: string): boolean {
  const type = JWK_TYPE.exec(text)?.[1];
  const value = type === undefined ? undefined : JWK_MEMBER[type === 'oct' ? 'k' : 'd'].exec(text)?.[1];
  return value !== undefined && isVaried(value) && isMixed(value);
}

/** A text without the escapes that a string of JSON, YAML or a shell has in the place of line ends and quotes. */
function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\+(?:[nrt]|u000[aAdD9])/g, '\n').replace(/\\+u002[bB]/g, '+').replace(/\\+/g, '') : text;
}

/** Whether a text has as many different characters as a key has: a row of "x" is a placeholder. */
function isVaried(text: string): boolean {
  return new Set(text.slice(0, 200)).size >= 12;
}

/** Whether a text has upper and lower case, as base64 of a key has. */
function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text);
}
