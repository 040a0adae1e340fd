#include "packet.h"
#include "nic.h"

#define IPV4_BYTES 20
#define HEADER_BYTES 8 // of ICMP and of UDP
#define TIME_TO_LIVE 64

/// Adds to a sum of 16-bit words in one's complement (RFC 1071); an odd last byte is padded.
static uint32_t add(uint32_t sum, const uint8_t *bytes, uint32_t count) {
  for (uint32_t i = 0; i + 1 < count; i += 2) sum += get16(bytes + i);
  if (count % 2 == 1) sum += (uint32_t)bytes[count - 1] << 8;
  return sum;
}

static uint32_t complement(uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/// Of content at CONTENT; UDP's covers addresses, protocol and length too.
static uint32_t content_sum(const uint8_t *frame, uint8_t protocol, uint32_t bytes) {
  uint32_t sum = protocol == PROTOCOL_UDP ? add(PROTOCOL_UDP + bytes, frame + 26, 8) : 0;
  return complement(add(sum, frame + CONTENT, bytes));
}

void packet_address(uint8_t *frame, const uint8_t *to, uint32_t type) {
  for (uint32_t i = 0; i < MAC_BYTES; i++) {
    frame[i] = to[i];
    frame[MAC_BYTES + i] = nic_mac()[i];
  }
  put16(frame + 12, type);
}

void packet_arp(uint8_t *frame, uint32_t operation, const uint8_t *target_mac, uint32_t target_ip) {
  put16(frame + 14, 1); // Ethernet
  put16(frame + 16, TYPE_IPV4);
  put16(frame + 18, MAC_BYTES << 8 | 4);
  put16(frame + 20, operation);
  for (uint32_t i = 0; i < MAC_BYTES; i++) {
    frame[22 + i] = nic_mac()[i];
    frame[32 + i] = target_mac[i];
  }
  put32(frame + 28, OWN_IP);
  put32(frame + 38, target_ip);
}

static void ipv4(uint8_t *frame, uint32_t to_ip, uint8_t protocol, uint32_t content_bytes) {
  uint8_t *header = frame + 14;
  for (uint32_t i = 0; i < IPV4_BYTES; i++) header[i] = 0;
  header[0] = 4 << 4 | IPV4_BYTES / 4;
  put16(header + 2, IPV4_BYTES + content_bytes);
  header[8] = TIME_TO_LIVE;
  header[9] = protocol;
  put32(header + 12, OWN_IP);
  put32(header + 16, to_ip);
  put16(header + 10, complement(add(0, header, IPV4_BYTES)));
}

uint32_t packet_icmp(uint8_t *frame, uint32_t to_ip, uint8_t type, uint32_t rest, uint32_t bytes) {
  ipv4(frame, to_ip, PROTOCOL_ICMP, HEADER_BYTES + bytes);
  put16(frame + CONTENT, (uint32_t)type << 8);
  put16(frame + 36, 0);
  put32(frame + 38, rest);
  put16(frame + 36, content_sum(frame, PROTOCOL_ICMP, HEADER_BYTES + bytes));
  return DATA + bytes;
}

uint32_t packet_udp(uint8_t *frame, uint32_t to_ip, uint32_t from_port, uint32_t to_port,
                    uint32_t bytes) {
  ipv4(frame, to_ip, PROTOCOL_UDP, HEADER_BYTES + bytes);
  put16(frame + CONTENT, from_port);
  put16(frame + 36, to_port);
  put16(frame + 38, HEADER_BYTES + bytes);
  put16(frame + 40, 0);
  uint32_t sum = content_sum(frame, PROTOCOL_UDP, HEADER_BYTES + bytes);
  put16(frame + 40, sum == 0 ? 0xffff : sum);
  return DATA + bytes;
}

bool packet_is_for_us(const uint8_t *frame, uint32_t bytes, uint8_t protocol) {
  if (bytes < DATA || get16(frame + 12) != TYPE_IPV4) return false;
  if (frame[14] != (4 << 4 | IPV4_BYTES / 4) || frame[23] != protocol) return false;
  uint32_t length = get16(frame + 16);
  if (get32(frame + 30) != OWN_IP || length < DATA - 14 || 14 + length > bytes) return false;
  if (complement(add(0, frame + 14, IPV4_BYTES)) != 0) return false;
  return content_sum(frame, protocol, length - IPV4_BYTES) == 0;
}

uint32_t packet_data_bytes(const uint8_t *frame) { return get16(frame + 16) - IPV4_BYTES - HEADER_BYTES; }
