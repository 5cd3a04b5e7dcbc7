/** A block of a PEM file. */
export interface PemBlock {
  /** What follows BEGIN, such as "CERTIFICATE". */
  readonly label: string;
  /** The block alone, with LF and a final newline. */
  readonly pem: string;
  readonly der: Buffer;
}

/** Nothing but blocks: what stands before BEGIN on its line, a byte order mark too, hides a block from other readers. */
const STRICT = /^(?:-----BEGIN ([A-Z0-9 ]+)-----\n(?:[A-Za-z0-9+/]+={0,2}\n)+-----END \1-----\n)+$/;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** The blocks of a PEM file, in order. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label, body]) => {
    const base64 = body.replace(/\s/g, '');
    return { label, der: Buffer.from(base64, 'base64'), pem: toPem(label, Buffer.from(base64, 'base64')) };
  });
}

/** DER as PEM: lines of 64 characters, LF, a final newline. */
export function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.map(line => `${line}\n`).join('')}-----END ${label}-----\n`;
}

/**
 * What is wrong with the form of a PEM file; undefined when it is nothing but blocks, each on lines of its own, ended by
 * LF. istiod joins these files as they are, so a missing final newline glues two certificates together.
 * @see https://github.com/istio/istio/issues/24609
 */
export function pemMistake(text: string, label: RegExp): string | undefined {
  if (text.trim() === '') {
    return 'empty';
  }
  if (text.includes('\r')) {
    return 'CRLF line ends';
  }
  if (!text.endsWith('\n')) {
    return 'no newline at the end';
  }
  const blocks = pemBlocks(text);
  if (blocks.length === 0) {
    return 'no PEM block';
  }
  const other = blocks.find(block => !label.test(block.label));
  if (other) {
    return `a PEM block ${other.label}`;
  }
  if (/-----END [A-Z0-9 ]+-----[^\n]/.test(text)) {
    return 'two blocks on one line';
  }
  return STRICT.test(text) ? undefined : 'text outside the PEM blocks, or blanks in them';
}
