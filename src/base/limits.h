/* limits.h -- every bound of the house that is not part of the record format (docs/format.md has
 * those). Each names what it bounds; sizes are bytes, counts are items. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

#define LIMIT_SEGMENT_SIZE        (64u << 20) /* a log segment rotates at this size */
#define LIMIT_FRAME_RECORD_COUNT  4096u       /* records in one batch frame */
#define LIMIT_FRAME_SIZE          (4u << 20)  /* bytes of one batch frame */
#define LIMIT_TAIL_RECORD_COUNT   100000u     /* records held in memory before an index flush */
#define LIMIT_TAIL_AGE_MS         10000u      /* longest wait of a record for an index flush */
#define LIMIT_INDEX_RUN_COUNT     32u         /* runs that opening leaves to the merge thread */
#define LIMIT_VERIFY_THREAD_COUNT 64u
#define LIMIT_FUTURE_MS           500u   /* a record is mature up to this far ahead */
#define LIMIT_CLOCK_DRIFT_MS      60000u /* ceiling further ahead than this: new node id */
#define LIMIT_PATH_SIZE           4096u

#endif
