// A listener with only the sockets that docs/cryptochat-listener@.service leaves it does everything that others do.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeCarry } from '../../source/inbox/parcels.ts';
import { readTrouble } from '../../source/inbox/trouble.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { addressee, leave, numbersIn } from '../support/left-parcels.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { takePort } from '../support/ports.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const jail = ['python3', '__tests__/support/jail.py'];
const canJail = spawnSync(jail[0]!, [...jail.slice(1), 'true']).status === 0;

test.skipIf(!canJail)(
  'a parcel for a contact with two places arrives there from the jail (needs python3 and seccomp)',
  async () => {
    const unit = readFileSync('docs/cryptochat-listener@.service', 'utf8');
    expect(unit).toContain('RestrictAddressFamilies=AF_INET AF_INET6\n');
    const lists = spawnSync(jail[0]!, [...jail.slice(1), process.execPath, '-e', 'os.networkInterfaces()']);
    expect(lists.stderr.toString()).toContain('uv_interface_addresses');
    const [inbox, there] = [await tempInbox(), await tempInbox()];
    const { port } = await startListenerProcess(there, { wrapper: jail });
    const whom = addressee(`127.0.0.1:${await takePort()} 127.0.0.1:${port}`);
    await writeSlots(there, [whom.slot]);
    await writeCarry(inbox, { proxy: '', listen: '', address: '' });
    await leave(inbox, whom);
    const { complaint } = await startListenerProcess(inbox, { wrapper: jail });
    await until('it is taken', async () => (await numbersIn(inbox, 'done')).length === 1);
    expect([complaint(), await readTrouble(inbox)]).toEqual(['', '']);
  },
);
