/*
 * pieces.h: the messages in a sender's hands, used again and again: each keeps the room its mail
 * once took.
 */
#ifndef TD_APP_PIECES_H
#define TD_APP_PIECES_H

#include "base/date.h"
#include "model/verdict.h"
#include "delivery/parcel.h"
#include "store/ledger.h"

/* A message in this sender's hands: its parcel and what the ledger says of it. */
struct td_piece {
    struct td_parcel parcel;   /* parcel.owner points back here */
    const char *relay;         /* its name */
    int way;                   /* which one (app/send/pace.h) */
    int64_t group;             /* domain group */
    enum td_class class_;      /* of its edition */
    struct td_verdict verdict; /* once its end is settled */
    bool judged;
    bool counted; /* towards a rate */
    int tries;
    td_time due;
    td_time deadline;
    bool on_wire;  /* the mark is committed */
    bool withheld; /* the dot must not go: the lease was lost */
    bool over;     /* its session is done with it: an AT_DOT not settled yet is void */
    struct td_piece *next;  /* in the list of spare pieces */
    struct td_piece *older; /* in the list of all pieces made */
};

struct td_pieces {
    struct td_piece *spare;
    struct td_piece *made; /* owned: all there are */
};

/* One for a claim, its mail still to be written; its buffer has what room it had before. It belongs
 * to pieces. */
struct td_piece *td_pieces_take(struct td_pieces *pieces, const struct td_claim *claim);
void td_pieces_spare(struct td_pieces *pieces, struct td_piece *piece);
void td_pieces_release(struct td_pieces *pieces); /* zeroes are fine */

#endif
