import { parsePlace } from '../../core/place.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { proxyFor } from '../../core/way-out.ts';
import type { OnionState } from '../../core/own-onion.ts';
import type { State, Store } from '../../core/types.ts';
import { unreachable } from '../../outbox/exchange.ts';
import { postEnvelope, type Outcome, type Post } from '../../outbox/post.ts';
import type { Config } from '../work/work.ts';

/** The part of a context that holds the state of our own Tor. */
type Within = {
  readonly config: Pick<Config, 'proxy'>;
  readonly state: Pick<Store<State>, 'get' | 'subscribe'>;
};

/** True if this Tor can be used. */
export function isConnected(onion: OnionState): boolean {
  return onion.phase === 'running' && onion.percent === 100;
}

/** The reason why a place cannot be reached now, in words for a person, if it needs our own Tor and that is not connected; else null. */
function whyNoTor({ config, state }: Within, place: string): string | null {
  return goesByTor(config, place) ? whyNot(state.get().onion) : null;
}

/** Posts envelopes, but not through a Tor that is not connected and would only delay them. */
export function postByTor({ state }: Pick<Within, 'state'>, post: Post): Promise<Outcome> {
  const { proxy = '', place } = post;
  const why = whyNoTor({ state, config: { proxy } }, place);
  return why === null ? postEnvelope(post) : Promise.resolve(unreachable(why));
}

function goesByTor({ proxy }: Pick<Config, 'proxy'>, place: string): boolean {
  const way = proxyFor(proxy, parsePlace(place)?.host ?? '');
  return way?.socket !== undefined;
}

/** Another program may run it, so just try. */
function whyNot(onion: OnionState): string | null {
  if (onion.phase === 'starting') return 'your Tor is still starting';
  if (onion.phase === 'failed') return `your Tor is not running: ${onion.reason}`;
  if (onion.phase === 'off' || onion.percent === 100) return null;
  return `your Tor is not connected yet (${onion.percent} %)`;
}

/**
 * Waits until our own Tor is connected, if a place is reached through it: for a step that a person waits for. Throws ChatError proxy-failed
 * when it does not run, or is not connected in time.
 */
export async function untilTor(within: Within, place: string): Promise<void> {
  const isOver = (): boolean =>
    whyNoTor(within, place) === null || within.state.get().onion.phase === 'failed';
  if (!isOver()) {
    const changed = Promise.withResolvers<void>();
    const stop = within.state.subscribe(() => isOver() && changed.resolve());
    const late = setTimeout(changed.resolve, limits.torReadyMs);
    await changed.promise;
    clearTimeout(late);
    stop();
  }
  const why = whyNoTor(within, place);
  if (why !== null) throw new ChatError('proxy-failed', why);
}
