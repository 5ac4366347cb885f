import { createBell, type Bell } from '../../core/bell.ts';
import { limits } from '../../core/limits.ts';
import { isContact } from '../../store/contacts.ts';
import { composeReceipt } from './compose.ts';
import { turn, type Context } from '../work/work.ts';

/** The receipts that are owed: one receipt covers everything that came within a moment. */
export type Receipts = Pick<Bell, 'idle' | 'stop'> & {
  /** Contacts to whom a receipt became due in the last commit. */
  readonly owe: (contactIds: Iterable<number>) => void;
};

/** Composes receipts a moment after they are owed; `contacts.receipt_due` remembers those still owed after a crash. */
export function createReceipts(context: Context, failed: (error: unknown) => void): Receipts {
  const owed = new Set<number>();
  const compose = async (): Promise<void> => {
    const contactIds = [...owed];
    if (contactIds.length === 0) return;
    await turn(context, async (work) => {
      for (const contactId of contactIds) {
        if (isContact(work.database, contactId)) await composeReceipt(work, contactId);
      }
    });
    for (const contactId of contactIds) owed.delete(contactId);
  };
  const bell: Bell = createBell(compose, (error) => {
    failed(error);
    bell.ringSoon(limits.retryFirstMs);
  });
  return {
    owe(contactIds) {
      for (const contactId of contactIds) owed.add(contactId);
      if (owed.size > 0) bell.ringSoon(limits.receiptDelayMs);
    },
    idle: bell.idle,
    stop: bell.stop,
  };
}
