// Packets in Ethernet frames: ARP (RFC 826), IPv4 (RFC 791) with ICMP echo (RFC 792)
// or UDP (RFC 768). All numbers in them are big-endian.
//
//   Ethernet: 0 destination | 6 source | 12 type | 14 payload
//   ARP:      14 formats | 20 operation | 22 sender mac, ip | 32 target mac, ip
//   IPv4:     14 version | 16 length | 23 protocol | 24 checksum | 26 source | 30 destination
//   ICMP:     34 type, code | 36 checksum | 38 identifier, sequence | 42 data
//   UDP:      34 source port | 36 destination port | 38 length | 40 checksum | 42 data
#ifndef GUESTS_PACKET_H
#define GUESTS_PACKET_H
#include <stdbool.h>
#include <stdint.h>

#define TYPE_ARP 0x0806
#define TYPE_IPV4 0x0800
#define ARP_REQUEST 1
#define ARP_REPLY 2
#define ARP_END 42
#define PROTOCOL_ICMP 1
#define PROTOCOL_UDP 17
#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO_REQUEST 8
#define CONTENT 34
#define DATA 42
#define MAX_DATA (1514 - DATA)

#define OWN_IP 0x0a00020fu  // 10.0.2.15
#define PEER_IP 0x0a000202u // 10.0.2.2

static inline uint32_t get16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }
static inline uint32_t get32(const uint8_t *at) { return get16(at) << 16 | get16(at + 2); }
static inline void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}
static inline void put32(uint8_t *at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}

void packet_address(uint8_t *frame, const uint8_t *to, uint32_t type);
/// Fills in an ARP packet; the target's address is zero in a request.
void packet_arp(uint8_t *frame, uint32_t operation, const uint8_t *target_mac, uint32_t target_ip);
/// Fills in headers and sums around `bytes` of data; returns the length of the frame. `rest` is
/// ICMP's identifier and sequence.
uint32_t packet_icmp(uint8_t *frame, uint32_t to_ip, uint8_t type, uint32_t rest, uint32_t bytes);
uint32_t packet_udp(uint8_t *frame, uint32_t to_ip, uint32_t from_port, uint32_t to_port, uint32_t bytes);
/// Whether a frame is a packet of this protocol for this machine, with right sums.
bool packet_is_for_us(const uint8_t *frame, uint32_t bytes, uint8_t protocol);
/// Bytes of data behind ICMP's or UDP's header of a packet that is for us.
uint32_t packet_data_bytes(const uint8_t *frame);

#endif
