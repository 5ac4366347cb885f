import { expect, test } from 'vitest';
import { bestPlace } from '../../../source/core/place.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import { defaultConfig } from '../../../source/session/home/config.ts';
import { inEffect } from '../../../source/session/home/in-effect.ts';
import { addBox, grantBox } from '../../../source/store/boxes.ts';
import { bytesOf, tempDatabase } from '../../support/temp-database.ts';

const [inside, outside] = ['192.168.1.5:8080', '93.184.216.34:8080'];
const box = `keeps.example:80/b/${'A'.repeat(22)}`;

test.each([
  [false, [inside, outside, box], outside],
  [true, [inside, box, outside], box],
])('puts a place last if anybody may have named it (%s): %j', async (isUnproven, places, best) => {
  const database = await tempDatabase();
  addBox(database, { place: box, seed: bytesOf(1), voucher: bytesOf(2), createdAt: 1, contactId: null });
  grantBox(database, box, bytesOf(3));
  const config = { ...defaultConfig, address: inside };
  const paths = homePaths('/home/alice');
  const { address } = inEffect({ config, database, paths, mapped: { place: outside, isUnproven } });
  expect(address.split(' ')).toEqual(places);
  expect(bestPlace(address)).toBe(best);
});
