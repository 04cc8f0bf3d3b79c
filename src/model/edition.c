/*
 * edition.c: the names of the classes the queue serves by.
 */
#include "model/edition.h"

const char *td_class_name(enum td_class class_)
{
    switch (class_) {
    case TD_CLASS_NOTICE: return "notice";
    case TD_CLASS_ALERT: return "alert";
    case TD_CLASS_ISSUE: return "issue";
    }
    return "?";
}

const struct td_enclosure *td_edition_enclosure(const struct td_edition *edition,
                                                enum td_enclosure_kind kind,
                                                struct td_slice path)
{
    for (size_t i = 0; i < edition->enclosure_count; i++) {
        const struct td_enclosure *enclosure = &edition->enclosures[i];
        if (enclosure->kind == kind && td_slice_eq(enclosure->path, path))
            return enclosure;
    }
    return NULL;
}
