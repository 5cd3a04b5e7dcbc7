import { pemMistake } from './pem';
import type { Problem } from '../errors/problem';

/** Mistake in one file of a CA bundle. */
export interface BundleProblem extends Pick<Problem, 'what' | 'got' | 'expected' | 'fix'> {
  /** Name of the file in the secret, such as `ca-cert.pem`. */
  readonly file: string;
}

/** PEM file of a CA bundle. */
export interface PemFile {
  /** Name of the file in the secret. */
  readonly file: string;
  readonly text: string;
  /** Labels of the PEM blocks that the file may hold. */
  readonly label: RegExp;
  /** Content of the file, in words for a message. */
  readonly content: string;
  /** Command that writes such a file, for a message. */
  readonly command: string;
}

/** Returns the mistake in the form of a PEM file, or no problem. */
export function pemProblems({ file, text, label, content, command }: PemFile): BundleProblem[] {
  const mistake = pemMistake(text, label);
  if (mistake === undefined) {
    return [];
  }
  return [{
    file,
    what: 'not a clean PEM file',
    got: mistake,
    expected: `only ${content}, each on lines of its own, LF line ends and a final newline`,
    fix: `write the file again, for example with ${command}`,
  }];
}
