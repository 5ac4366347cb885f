/** What a command left behind. */
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
