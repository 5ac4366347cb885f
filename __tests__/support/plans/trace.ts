import { currentIdentity } from '../../../source/store/identities.ts';
import { allContacts } from '../../../source/store/contacts.ts';
import { people } from './plan.ts';
import type { Stage } from './stage.ts';

/** Lists what is in both homes, and what went over the network, for anybody who looks for the reason of a failure. */
export async function traceOf(stage: Stage): Promise<string> {
  const lines: string[] = [];
  for (const { at, who, what } of stage.ledger.posts)
    lines.push(`${new Date(at).toISOString()} ${who} → ${who === 0 ? 1 : 0}: ${what}`);
  for (const who of people) {
    const { opened } = await stage.open(who);
    lines.push(`home ${who}: epoch ${currentIdentity(opened).epoch}`);
    for (const { id, state, epoch, followedEpoch, nextSeq, storedUpTo, ackedUpTo } of allContacts(opened)) {
      lines.push(
        `  contact ${id}: ${JSON.stringify({ state, epoch, followedEpoch, nextSeq, storedUpTo, ackedUpTo })}`,
      );
      const sql =
        'SELECT direction, seq, kind, coalesce(what, text) AS said, state FROM messages WHERE contact_id = ? ORDER BY place, seq, row';
      for (const row of opened.all<Record<string, string | number>>(sql, [id]))
        lines.push(
          `    ${row['direction']} ${row['seq']} ${row['kind']} ${row['state']}: ${JSON.stringify(row['said'])}`,
        );
    }
  }
  return lines.join('\n');
}
