import { parseAddress } from './address.ts';
import { addressKind, type AddressKind } from './address-kind.ts';

const words: Readonly<Partial<Record<AddressKind, string>>> = {
  private: 'a private address: only people in your own network, or in a VPN that you share, reach you at it',
  shared: 'an address of a VPN or of a provider: only people inside of that network reach you at it',
  'link-local': 'a link-local address: only machines on the same cable or Wi-Fi reach you at it',
  loopback: 'this machine itself: only people on this machine reach you at it',
  'local-name': 'a name that only your own network knows: nobody reaches you by it',
  onion: 'an onion service: only who has Tor reaches you at it',
  nowhere: 'no address that anybody can connect to',
};

/** Says in a sentence beside a link who cannot use an address (HOST:PORT); null when everybody can try it. Nothing is looked up. */
export function whoReaches(address: string): string | null {
  const parsed = parseAddress(address);
  if (!parsed) return 'Your links carry no address: nobody can write to you by them.';
  const said = words[addressKind(parsed.host)];
  return said === undefined ? null : `${parsed.host} is ${said}.`;
}

/** The same for the address in an invite link. */
export function whoReachesBy(link: string): string | null {
  return whoReaches(link.slice(link.indexOf('@') + 1));
}
