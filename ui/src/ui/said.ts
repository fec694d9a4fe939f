/** The lines of a sentence that came from the program, with the commands for a router's terminal told apart. */
export interface SaidPart {
  /** Typed at a router rather than read. */
  command: boolean;
  text: string;
}

/** A command stands on a line of its own, or after a semicolon behind another one; it begins with its menu. */
export function saidParts(text: string): SaidPart[] {
  const parts: SaidPart[] = [];
  for (const line of text.split('\n')) {
    const last = parts.at(-1);
    if (line.startsWith('/')) {
      for (const command of line.split(/;\s*(?=\/)/)) parts.push({ command: true, text: command.trim() });
    } else if (last && !last.command) {
      last.text += `\n${line}`;
    } else {
      parts.push({ command: false, text: line });
    }
  }
  return parts.filter((part) => part.text.trim() !== '');
}
