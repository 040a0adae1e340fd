// Local ports of clients, one after the other. The guest's server closes first, so the guest remembers a connection for a
// minute (TIME_WAIT), but the host's kernel may give a client the same port again at once. Linux answers such a SYN with
// an acknowledgement of the old connection where its sequence number is lower (RFC 9293, 3.6.1), upon which passt resets
// the new one; a client's own TCP would try again.

/** Outside of what Linux gives out by itself (net.ipv4.ip_local_port_range). */
const FIRST = 20_000;
const COUNT = 10_000;

let used = Math.floor(Math.random() * COUNT);

export const nextClientPort = (): number => FIRST + (used++ % COUNT);
