import { toBase64url } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { decodeContent } from '../../protocol/kinds/content.ts';
import { contactKeyOrNull } from '../../store/contact-keys.ts';
import { dropContent, hasKept, keptContents, type KeptContent } from '../../store/kept-contents.ts';
import { changeLine } from '../../store/messages.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { myAbilities } from '../keyring/profile.ts';
import { unsay } from '../sending/notice.ts';
import { applyBody, lineOf, newerTopic } from './apply.ts';

/**
 * Reads contents that only a newer version could read when they came, once this program reads more kinds than the one that had the home
 * before: in order, as if they came now. Nothing is acknowledged a second time. PROTOCOL.md "Versions".
 */
export async function readKept(context: Context): Promise<void> {
  const abilities = toBase64url(myAbilities);
  const isNew = await readInTurn(context, (database) => settingOrNull(database, 'kinds-read') !== abilities);
  if (!isNew) return;
  await turn(context, async (work) => {
    for (const kept of keptContents(work.database)) await readOne(work, kept);
    writeSetting(work.database, 'kinds-read', abilities);
  });
}

async function readOne(
  work: Work,
  { row, contactId, epoch, myEpoch, content: bytes }: KeptContent,
): Promise<void> {
  const content = decodeContent(bytes);
  const key = contactKeyOrNull(work.database, contactId, epoch);
  if (isRejected(content) || content.body.kind === 'unknown' || !key) return;
  changeLine(work.database, row, lineOf(work, { content, isAgain: false }));
  await applyBody(work, { ...key, myEpoch }, { content, agreement: 'old', began: false });
  dropContent(work.database, row);
  if (!hasKept(work.database, contactId)) unsay(work, contactId, newerTopic);
  work.touched.add(contactId);
}
