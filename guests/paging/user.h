// The program that runs in U-mode at USER_CODE.
#ifndef GUESTS_PAGING_USER_H
#define GUESTS_PAGING_USER_H

void user_main(void);

#endif
