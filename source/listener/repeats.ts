import { createHash } from 'node:crypto';
import { limits } from '../core/limits.ts';
import type { Intake } from '../inbox/deliver.ts';

/**
 * Somebody on the way could post what he captured again and again until the sender's quota is full: what was stored before
 * takes no second place.
 */
export function withoutRepeats(intake: Intake): Intake {
  const stored = new Set<string>();
  return {
    ...intake,
    async deliver(place, envelope) {
      const name = `${place.slotId} ${createHash('sha256').update(envelope).digest('base64')}`;
      if (stored.has(name)) {
        intake.release(place);
        return 'stored';
      }
      const outcome = await intake.deliver(place, envelope);
      if (outcome === 'stored') stored.add(name);
      if (stored.size > limits.listenerKnownEnvelopes) stored.delete(stored.values().next().value ?? '');
      return outcome;
    },
  };
}
