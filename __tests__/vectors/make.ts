// Makes the vectors again: `node __tests__/vectors/make.ts`. Written from docs/PROTOCOL.md and nothing of source/, so
// that a mistake there does not repeat itself here. Kyber keys and signatures are random: their bytes change each time.

import { writeFileSync } from 'node:fs';
import { blobs } from './made/blobs.ts';
import { boxBatches, boxCollects, boxDerivations, boxGrants, boxLinks, boxTables } from './made/boxes.ts';
import { bundles } from './made/bundles.ts';
import { contents } from './made/contents.ts';
import { derivations } from './made/derivations.ts';
import { envelopeInsides, envelopes } from './made/envelopes.ts';
import { keys } from './made/keys.ts';
import { links } from './made/links.ts';
import { notes, parcels } from './made/parcels.ts';
import { pouches } from './made/pouches.ts';
import { revocations } from './made/revocations.ts';
import type { VectorFile } from './made/shape.ts';
import { keysSaid, statements } from './made/statements.ts';

const [blobInsides, wholeBlobs] = blobs();

const files: Readonly<Record<string, VectorFile | object>> = {
  'public-keys': keys(),
  links: links(),
  pouches: pouches(),
  bundles: bundles(),
  'blob-insides': blobInsides,
  blobs: wholeBlobs,
  'envelope-insides': envelopeInsides(),
  envelopes: envelopes(),
  contents: contents(),
  statements: statements(),
  keys: keysSaid(),
  revocations: revocations(),
  'box-collects': boxCollects(),
  'box-tables': boxTables(),
  'box-batches': boxBatches(),
  'box-grants': boxGrants(),
  'box-links': boxLinks(),
  'box-derivations': boxDerivations(),
  parcels: parcels(),
  'parcel-notes': notes(),
  derivations: derivations(),
};

for (const [name, file] of Object.entries(files)) {
  writeFileSync(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(file, null, 2)}\n`);
}
