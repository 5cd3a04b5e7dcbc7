/** Milliseconds of silence, and between two reports of progress. */
const SILENCE = 1000;
const INTERVAL = 5000;

/**
 * Runs some work. Work that takes longer than a second reports what it is at on the standard error, and again every five seconds.
 * @param report returns the current line
 */
export async function withProgress<T>(report: () => string, work: () => Promise<T>): Promise<T> {
  const show = () => console.error(report());
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    show();
    again = setInterval(show, INTERVAL);
  }, SILENCE);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}
