/** The exit code and the output of a command. */
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
