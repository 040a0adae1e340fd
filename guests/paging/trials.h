// What the supervisor tries out; each prints its result.
#ifndef GUESTS_PAGING_TRIALS_H
#define GUESTS_PAGING_TRIALS_H

void try_demand_paging(void);
void try_misaligned(void);
void try_accessed_and_dirty(void);
void try_rights(void);
void try_windows(void);
void try_rewritten_code(void);

#endif
