import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** Every address of every interface of this machine; none where the system does not list them, as in the listener's jail. */
export function interfacesHere(): readonly NetworkInterfaceInfo[] {
  try {
    return Object.values(networkInterfaces()).flatMap((all = []) => all);
  } catch {
    return [];
  }
}
