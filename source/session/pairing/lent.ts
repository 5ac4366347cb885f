import type { EndedLent, Lent } from '../../core/lent.ts';
import { allVouchers, removeVoucher } from '../../store/boxes.ts';
import { allContacts } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { openInvites } from '../../store/invites.ts';
import type { Voucher } from '../../inbox/vouchers.ts';
import { endLentBy, lentBy, type Lender } from '../home/lent.ts';
import { labelOf } from '../people/find-contact.ts';
import { keptFor } from '../people/kept-for.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';

/** Lists everything that this home has lent, with the contacts who have the boxes. */
export async function listLent(context: Context): Promise<readonly Lent[]> {
  const contacts = await readInTurn(context, allContacts);
  const owners = await keptFor(homeOf(context), contacts);
  return lentBy(lenderOf(context), new Map([...owners].map(([box, contact]) => [box, labelOf(contact)])));
}

function homeOf({ paths, config }: Context): { readonly inbox: string; readonly address: string } {
  return { inbox: paths.inbox, address: config.address };
}

/** Ends a box that this home keeps, or a link that it lent. Throws ChatError lent-unknown. */
export function endLent(context: Context, id: string): Promise<EndedLent> {
  return endLentBy(lenderOf(context), id);
}

function lenderOf(context: Context): Lender {
  return {
    inbox: context.paths.inbox,
    vouchers: () =>
      readInTurn(context, (database) => [...allVouchers(database), ...ofLinks(context, database)]),
    takeBack: ({ key }) =>
      turn(context, (work) => {
        removeVoucher(work.database, key);
        work.after.boxes = true;
      }),
  };
}

/** The vouchers of links that can still be picked up: they can make boxes again. */
function ofLinks({ config }: Context, database: Database): readonly Voucher[] {
  const { epoch } = currentIdentity(database);
  const open = config.lend ? openInvites(database).filter((link) => link.epoch === epoch) : [];
  return open.flatMap(({ voucher: key }) =>
    key ? [{ key, files: 0, bytes: 0, boxes: 0, days: 0, link: true }] : [],
  );
}
