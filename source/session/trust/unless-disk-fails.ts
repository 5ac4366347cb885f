import { asFailure, ChatError } from '../../core/errors.ts';

/** What `work` answers; false when the disk does not let it be done now. */
export async function unlessDiskFails(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure instanceof ChatError) return false;
    throw failure;
  }
}
