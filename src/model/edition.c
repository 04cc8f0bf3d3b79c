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
