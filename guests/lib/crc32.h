// CRC-32 as in IEEE 802.3 (reflected polynomial 0xedb88320), table driven.
#ifndef GUESTS_CRC32_H
#define GUESTS_CRC32_H
#include <stddef.h>
#include <stdint.h>

/// Continues a CRC; the first call starts from 0.
uint32_t crc32(uint32_t crc, const void *data, size_t bytes);

#endif
