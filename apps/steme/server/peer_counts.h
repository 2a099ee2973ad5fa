/* peer_counts.h -- counts of a peer that outlive its connections: the replica begins anew with
 * each.
 */
#ifndef STEME_SERVER_PEER_COUNTS_H
#define STEME_SERVER_PEER_COUNTS_H

#include <steme/replica.h>

typedef struct peer_counts {
    steme_peer_stat past; /* sums over the connections that have ended; only counts and times */
} peer_counts;

/* Adds what was counted before. */
static inline void peer_counts_add(const peer_counts *self, steme_peer_stat *stat)
{
    const steme_peer_stat *past = &self->past;
    stat->session_count += past->session_count;
    stat->failed_session_count += past->failed_session_count;
    stat->bytes_sent += past->bytes_sent;
    stat->bytes_received += past->bytes_received;
    stat->records_sent += past->records_sent;
    stat->records_received += past->records_received;
    stat->duplicate_count += past->duplicate_count;
    stat->refused_count += past->refused_count;
    if (stat->last_equal_ns == 0) {
        stat->last_equal_ns = past->last_equal_ns;
    }
}

/* A connection ends: `stat` is the replica's of it. */
static inline void peer_counts_keep(peer_counts *self, const steme_peer_stat *stat)
{
    steme_peer_stat sum = *stat;
    peer_counts_add(self, &sum);
    self->past = sum;
}

#endif
