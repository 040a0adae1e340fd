// The network card: a virtio network device (Virtual I/O Device 1.2, section 5.1)
// over MMIO, with merged receive buffers.
#ifndef GUESTS_NIC_H
#define GUESTS_NIC_H
#include <stdint.h>

#define MAC_BYTES 6
#define FRAME_BYTES 1514

/// Ends the guest with exit code 2 where there is no such card.
void nic_start(void);
const uint8_t *nic_mac(void);
/// Waits for a place in the queue, never for the frame to leave.
void nic_send(const uint8_t *frame, uint32_t bytes);
/// Sleeps until a frame is there; longer ones than FRAME_BYTES are cut.
uint32_t nic_receive(uint8_t frame[FRAME_BYTES]);
/// Frames that took more than one receive buffer.
uint32_t nic_merged(void);

#endif
