import { createColors } from 'picocolors';

/** Colours of the terminal. */
export type Colours = ReturnType<typeof createColors>;

/**
 * The colours for the standard output: none where it is no terminal, or where NO_COLOR is set; always where FORCE_COLOR is set.
 * @see https://no-color.org
 */
export function colours(): Colours {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const isWanted = FORCE_COLOR ? FORCE_COLOR !== '0' : process.stdout.isTTY === true;
  return createColors(isWanted && !NO_COLOR);
}
