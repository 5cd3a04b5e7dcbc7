/** Block of a PEM file. */
export interface PemBlock {
  /** Label after BEGIN, such as `CERTIFICATE`. */
  readonly label: string;
  readonly der: Buffer;
}

/** A file with nothing but blocks. Other readers overlook a block with text, even a byte order mark, before BEGIN on its line. */
const STRICT = /^(?:-----BEGIN ([A-Z0-9 ]+)-----\n(?:[A-Za-z0-9+/]+={0,2}\n)+-----END \1-----\n)+$/;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** Returns the blocks of a PEM file, in order. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label, body]) => ({ label, der: Buffer.from(body.replace(/\s/g, ''), 'base64') }));
}

/** Returns DER as PEM, in lines of 64 characters with LF and a final newline. */
export function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.map(line => `${line}\n`).join('')}-----END ${label}-----\n`;
}

/**
 * Returns the mistake in the form of a PEM file; undefined when the file holds nothing but blocks, each on lines of its own,
 * with LF line ends. istiod concatenates these files without changes: without a final newline, two certificates would share a
 * line.
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
