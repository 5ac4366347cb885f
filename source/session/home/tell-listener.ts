import { createMailboxReader, writeMailboxes } from '../../inbox/mailboxes.ts';
import { createCarryReader, writeCarry } from '../../inbox/parcels.ts';
import type { HomePaths } from '../control/home-paths.ts';
import type { Config } from '../work/work.ts';
import { inEffectOutside } from './in-effect.ts';

/**
 * Writes into carry.json and mailboxes.json the ways out that config.toml names now, before a listener starts without the client that wrote
 * them: it would use the old ways out. It makes no file that is missing. Throws the system's errors. PROTOCOL.md "Parcels".
 */
export async function tellListener(config: Config, paths: HomePaths): Promise<void> {
  const { inbox } = paths;
  const now = await inEffectOutside(config, paths);
  if (await createCarryReader(inbox)()) await writeCarry(inbox, now);
  const mailboxes = await createMailboxReader(inbox)();
  const others = mailboxes.filter(({ proxy }) => proxy !== now.proxy);
  if (others.length === 0) return;
  await writeMailboxes(
    inbox,
    mailboxes.map((mailbox) => ({ ...mailbox, proxy: now.proxy })),
  );
}
