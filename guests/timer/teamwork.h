// What several harts do together.
#ifndef GUESTS_TIMER_TEAMWORK_H
#define GUESTS_TIMER_TEAMWORK_H
#include <stdint.h>

/// Run by hart 0: wakes harts 1 to harts-1, shares the work with them, prints totals.
void work_together(uint32_t harts);

#endif
