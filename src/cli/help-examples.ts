/** Examples for the help of a command: what each does, and how it is written; then its exit codes. */
export function examples(lines: [command: string, what: string][], exitCodes = ''): string {
  const end = exitCodes === '' ? '' : `\n\n${exitCodes}`;
  return `\nExamples:\n${lines.map(([command, what]) => `  # ${what}\n  ${command}`).join('\n')}${end}`;
}
