const OWNER = 'cdk8s-istio-multicluster';
const ADDED_NEWLINE = ' (the line before had no end)';

/** End of a line or of the text, as the source of a regular expression with the flag "m". */
const END_OF_LINE = '(?:\\n|$(?![^]))';

/**
 * Comment before a block that this library adds to a text of others.
 * @param endsWithNewline whether the text before the block ends with a newline. If not, a newline is added, and the comment says
 * so, since a removal of the block must also remove the newline.
 */
export function beginComment(zone: string, endsWithNewline: boolean): string {
  return `# BEGIN ${OWNER}: ${zone}${endsWithNewline ? '' : ADDED_NEWLINE}`;
}

/** Comment after a block that this library adds to a text of others. */
export function endComment(zone: string): string {
  return `# END ${OWNER}: ${zone}`;
}

/** Text with the special characters of regular expressions escaped. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Removes the last block of a zone from a text. Only a block that still has the content that this library writes is removed: an
 * edited block belongs to the person who edited it.
 * @param content lines of the block without the comments, as sources of regular expressions
 * @param indent what each line starts with, as the source of a regular expression
 * @returns the text as it was before the block was added, byte for byte; the same text if it has no such block
 */
export function withoutMarkedBlock(text: string, zone: string, content: string[], indent = ''): string {
  const begin = `^(?<indent>${indent})${escaped(beginComment(zone, true))}(?<newline>${escaped(ADDED_NEWLINE)})?`;
  const lines = [...content, escaped(endComment(zone))].map(line => `\\n\\k<indent>${line}`).join('');
  const last = [...text.matchAll(new RegExp(`${begin}${lines}${END_OF_LINE}`, 'gm'))].pop();
  if (!last) {
    return text;
  }
  const after = text.slice(last.index + last[0].length);
  // A newline that this library added stays if somebody has since written more text after the block.
  const hasAddedNewline = last.groups!.newline !== undefined && after === '';
  return text.slice(0, last.index - (hasAddedNewline ? 1 : 0)) + after;
}
