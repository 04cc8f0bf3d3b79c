/* The messages in a sender's hands (pieces.h). */
#include "app/press/pieces.h"

#include <stdlib.h>

#include "base/mem.h"

#define MAIL_MAX (32 * 1024 * 1024)

struct td_piece *td_pieces_take(struct td_pieces *pieces, const struct td_claim *claim)
{
    struct td_piece *piece = pieces->spare;
    if (piece) {
        pieces->spare = piece->next;
    } else {
        piece = td_xcalloc(1, sizeof *piece);
        td_buf_init(&piece->parcel.data, MAIL_MAX);
        piece->older = pieces->made;
        pieces->made = piece;
    }
    piece->parcel.owner = piece;
    piece->parcel.edition = claim->edition;
    piece->parcel.subscriber = claim->subscriber;
    piece->parcel.urgent = claim->class_ != TD_CLASS_ISSUE;
    piece->way = claim->way;
    piece->group = claim->group;
    piece->class_ = claim->class_;
    piece->judged = false;
    piece->counted = false;
    piece->tries = claim->tries;
    piece->due = claim->due;
    piece->deadline = claim->deadline;
    piece->on_wire = false;
    piece->withheld = false;
    piece->over = false;
    return piece;
}

void td_pieces_spare(struct td_pieces *pieces, struct td_piece *piece)
{
    piece->next = pieces->spare;
    pieces->spare = piece;
}

void td_pieces_release(struct td_pieces *pieces)
{
    while (pieces->made) {
        struct td_piece *piece = pieces->made;
        pieces->made = piece->older;
        td_buf_release(&piece->parcel.data);
        free(piece);
    }
    pieces->spare = NULL;
}
