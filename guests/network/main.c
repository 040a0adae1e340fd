// Network workload: asks for the peer's address, pings it, sends datagrams to its
// echo port, four in flight, and compares what comes back; then answers pings and
// datagrams itself until it was sent as many as `serve=` says.
#include "crc32.h"
#include "device-tree.h"
#include "finisher.h"
#include "nic.h"
#include "packet.h"
#include "print.h"
#include "random.h"

#define PINGS 8
#define DATAGRAMS 20
#define IN_FLIGHT 4
#define ECHO_PORT 7
#define OWN_PORT 5000
#define EXIT_WRONG_DATA 4

static const uint8_t everybody[MAC_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t nobody[MAC_BYTES];
static uint8_t peer[MAC_BYTES];
static uint8_t outgoing[FRAME_BYTES];
static uint8_t incoming[FRAME_BYTES];
static uint32_t served;

static void print_mac(const char *of, const uint8_t *mac) {
  print("%s %02x:%02x:%02x:%02x:%02x:%02x\n", of, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void require(bool is_met, const char *otherwise, uint32_t number) {
  if (is_met) return;
  print("network: %s %u\n", otherwise, number);
  power_off_with(EXIT_WRONG_DATA);
}

static bool answer_arp(uint32_t bytes) {
  if (bytes < ARP_END || get16(incoming + 12) != TYPE_ARP) return false;
  if (get16(incoming + 20) != ARP_REQUEST || get32(incoming + 38) != OWN_IP) return false;
  packet_address(outgoing, incoming + 22, TYPE_ARP);
  packet_arp(outgoing, ARP_REPLY, incoming + 22, get32(incoming + 28));
  nic_send(outgoing, ARP_END);
  return true;
}

/// Sends the data of a request back to where it came from.
static bool answer_echo(uint32_t bytes) {
  bool is_ping =
      packet_is_for_us(incoming, bytes, PROTOCOL_ICMP) && incoming[CONTENT] == ICMP_ECHO_REQUEST;
  bool is_datagram =
      packet_is_for_us(incoming, bytes, PROTOCOL_UDP) && get16(incoming + 36) == ECHO_PORT;
  if (!is_ping && !is_datagram) return false;
  uint32_t data_bytes = packet_data_bytes(incoming);
  uint32_t from = get32(incoming + 26);
  for (uint32_t i = 0; i < data_bytes; i++) outgoing[DATA + i] = incoming[DATA + i];
  packet_address(outgoing, incoming + MAC_BYTES, TYPE_IPV4);
  if (is_datagram) {
    nic_send(outgoing, packet_udp(outgoing, from, ECHO_PORT, get16(incoming + CONTENT), data_bytes));
  } else {
    nic_send(outgoing, packet_icmp(outgoing, from, ICMP_ECHO_REPLY, get32(incoming + 38), data_bytes));
  }
  served++;
  return true;
}

/// The next frame that is no request of somebody else.
static uint32_t receive(void) {
  for (;;) {
    uint32_t bytes = nic_receive(incoming);
    if (!answer_arp(bytes) && !answer_echo(bytes)) return bytes;
  }
}

static void find_peer(void) {
  packet_address(outgoing, everybody, TYPE_ARP);
  packet_arp(outgoing, ARP_REQUEST, nobody, PEER_IP);
  nic_send(outgoing, ARP_END);
  for (;;) {
    uint32_t bytes = receive();
    if (bytes < ARP_END || get16(incoming + 12) != TYPE_ARP) continue;
    if (get16(incoming + 20) == ARP_REPLY && get32(incoming + 28) == PEER_IP) break;
  }
  for (uint32_t i = 0; i < MAC_BYTES; i++) peer[i] = incoming[22 + i];
}

static void fill(uint32_t seed, uint32_t bytes) {
  uint64_t state = seed + 1;
  for (uint32_t i = 0; i < bytes; i++) outgoing[DATA + i] = (uint8_t)(random_next(&state) >> 32);
}

static bool is_as_filled(uint32_t seed, uint32_t bytes) {
  uint64_t state = seed + 1;
  if (packet_data_bytes(incoming) != bytes) return false;
  for (uint32_t i = 0; i < bytes; i++) {
    if (incoming[DATA + i] != (uint8_t)(random_next(&state) >> 32)) return false;
  }
  return true;
}

static uint32_t ping_bytes(uint32_t number) { return number * MAX_DATA / (PINGS - 1); }
static uint32_t datagram_bytes(uint32_t number) { return number * 997 % (MAX_DATA + 1); }

static uint32_t ping_all(void) {
  uint32_t crc = 0;
  for (uint32_t number = 0; number < PINGS; number++) {
    uint32_t bytes = ping_bytes(number);
    fill(number, bytes);
    packet_address(outgoing, peer, TYPE_IPV4);
    nic_send(outgoing, packet_icmp(outgoing, PEER_IP, ICMP_ECHO_REQUEST, number, bytes));
    while (!packet_is_for_us(incoming, receive(), PROTOCOL_ICMP)) {
    }
    bool is_answer = incoming[CONTENT] == ICMP_ECHO_REPLY && get16(incoming + 40) == number;
    require(is_answer && is_as_filled(number, bytes), "wrong answer to ping", number);
    crc = crc32(crc, incoming + DATA, bytes);
  }
  return crc;
}

static void send_datagram(uint32_t number) {
  uint32_t bytes = datagram_bytes(number);
  fill(number, bytes);
  packet_address(outgoing, peer, TYPE_IPV4);
  nic_send(outgoing, packet_udp(outgoing, PEER_IP, OWN_PORT, ECHO_PORT, bytes));
}

static uint32_t echo_all(void) {
  uint32_t crc = 0;
  for (uint32_t number = 0; number < IN_FLIGHT; number++) send_datagram(number);
  for (uint32_t number = 0; number < DATAGRAMS; number++) {
    while (!packet_is_for_us(incoming, receive(), PROTOCOL_UDP)) {
    }
    uint32_t bytes = datagram_bytes(number);
    require(is_as_filled(number, bytes), "wrong answer to datagram", number);
    crc = crc32(crc, incoming + DATA, bytes);
    if (number + IN_FLIGHT < DATAGRAMS) send_datagram(number + IN_FLIGHT);
  }
  return crc;
}

int main(uint64_t hart, const void *device_tree) {
  (void)hart;
  nic_start();
  print_mac("network: this is", nic_mac());
  find_peer();
  print_mac("10.0.2.2 is at", peer);
  print("%u pings answered, CRC %08x\n", PINGS, ping_all());
  print("%u datagrams came back, CRC %08x\n", DATAGRAMS, echo_all());
  print("frames in several buffers: %s\n", nic_merged() > 0 ? "yes" : "NONE");
  uint64_t serve = device_tree_argument(device_tree, "serve", 0);
  while (served < serve) {
    uint32_t bytes = nic_receive(incoming);
    if (!answer_arp(bytes)) answer_echo(bytes);
  }
  if (serve > 0) print("%u requests answered\n", served);
  print("done\n");
  return 0;
}
