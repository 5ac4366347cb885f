"""A bad line between two network namespaces: bad-line.py ONE OTHER DELAY_MS LOSS_PERCENT SEED

Makes a TUN device `line` in each and carries packets between them: each after the delay, and some of them not at all. Says `ready` once both are
there, and at the end of its input how many packets it carried and lost. (Node has no ioctl, and not every kernel has netem.)
"""
import ctypes, fcntl, heapq, os, random, select, struct, sys, time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(path):
    space = os.open(path, os.O_RDONLY)
    failed = libc.setns(space, CLONE_NEWNET)
    os.close(space)
    if failed:
        raise OSError(ctypes.get_errno(), 'setns ' + path)


def device_in(space):
    enter('/run/netns/' + space)
    device = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack('16sH22x', b'line', IFF_TUN | IFF_NO_PI))
    return device


def read(device):
    try:
        return os.read(device, 65536)
    except OSError:
        return None


def carry(devices, delay, loss, chance):
    under_way, number, carried, lost = [], 0, 0, 0
    while True:
        wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
        for ready in select.select([*devices, 0], [], [], wait)[0]:
            if ready == 0:
                return carried, lost
            packet = read(ready)
            while packet:
                if chance.random() < loss:
                    lost += 1
                else:
                    number += 1
                    other = devices[1] if ready == devices[0] else devices[0]
                    heapq.heappush(under_way, (time.monotonic() + delay, number, other, packet))
                packet = read(ready)
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, other, packet = heapq.heappop(under_way)
            try:
                os.write(other, packet)
                carried += 1
            except OSError:
                lost += 1


def main(one, other, delay_ms, loss_percent, seed):
    devices = [device_in(one), device_in(other)]
    print('ready', flush=True)
    carried, lost = carry(devices, int(delay_ms) / 1000, int(loss_percent) / 100, random.Random(int(seed)))
    print(carried, lost, flush=True)


main(*sys.argv[1:])
