import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { createReporting } from '../../source/inbox/reporting.ts';
import { tempInbox } from '../support/temp-home.ts';

test('reports are relied on once one has come, unless those of some folder are missing', async () => {
  const reporting = createReporting(await tempInbox());
  expect(reporting.lookMs()).toBe(limits.lookUnreportedMs);
  reporting.came();
  expect(reporting.lookMs()).toBe(limits.lookReportedMs);
  reporting.failed();
  reporting.came();
  expect(reporting.lookMs()).toBe(limits.lookUnreportedMs);
});

test('reports of a disk that another machine may change are not relied on', () => {
  const [nfs, smb2] = [0x6969, 0xfe534d42 - 2 ** 32];
  for (const type of [nfs, smb2]) {
    const reporting = createReporting('/', () => type);
    reporting.came();
    expect(reporting.lookMs()).toBe(limits.lookUnreportedMs);
  }
});
